using System.Text.Json;
using Fraud.Http.Problems;

namespace Fraud.Http.Inference.Rest;

/// <summary>Reads the one input's shape and values, from JSON or from bytes.</summary>
internal sealed class InferenceTensor(InferenceRules rules)
{
    private const string Field = InferenceRules.Input;

    public Problem? ReadShape(ref Utf8JsonReader json, ref InferenceReadState state)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.StartArray
            && json.Read() && json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var rows)
            && json.Read() && json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var columns)
            && json.Read() && json.TokenType == JsonTokenType.EndArray
            && rules.IsShape(rows, columns, state.Features))
        {
            state.Rows = rows;
            return null;
        }

        return rules.WrongShape(state.Features);
    }

    /// <summary>Flat, or a list for each row.</summary>
    public Problem? ReadData(ref Utf8JsonReader json, InferenceCall call, ref InferenceReadState state)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (state.HasData || json.TokenType != JsonTokenType.StartArray)
        {
            return InferenceProblems.Wrong(Field + ".data", "one array of numbers, or of one array a row");
        }

        state.HasData = true;
        var count = 0;
        var inRow = false;
        var most = rules.MaxRows * state.Features;
        while (json.Read())
        {
            switch (json.TokenType)
            {
                case JsonTokenType.Number when count < most:
                    var value = json.GetSingle();
                    if (!float.IsFinite(value))
                    {
                        return InferenceProblems.Wrong($"{Field}.data[{count}]", "a finite number within the range of FP32");
                    }

                    call.Reserve(count + 1);
                    call.Values[count++] = value;
                    break;
                case JsonTokenType.StartArray when !inRow && count % state.Features == 0 && (count == 0 || state.IsNested):
                    inRow = true;
                    state.IsNested = true;
                    state.RowStart = count;
                    break;
                case JsonTokenType.EndArray when inRow && count - state.RowStart == state.Features:
                    inRow = false;
                    break;
                case JsonTokenType.EndArray when !inRow:
                    state.Count = count;
                    return null;
                case JsonTokenType.Number:
                    return rules.WrongShape(state.Features);
                default:
                    return InferenceProblems.Wrong($"{Field}.data[{count}]", $"numbers alone, or one array of {state.Features} numbers a row");
            }

            if (state.IsNested && !inRow && json.TokenType == JsonTokenType.Number)
            {
                return InferenceProblems.Wrong($"{Field}.data", $"numbers alone, or one array of {state.Features} numbers a row");
            }
        }

        return InferenceProblems.Wrong("body", "valid JSON");
    }

    /// <summary>The body is nothing but the input, and so is the answer.</summary>
    public Problem? ReadRaw(ReadOnlySpan<byte> body, InferenceCall call, int features)
    {
        var row = features * sizeof(float);
        if (body.Length == 0 || body.Length % row != 0 || body.Length / row > rules.MaxRows)
        {
            return InferenceProblems.Wrong("body", $"1 to {rules.MaxRows} rows of {row} bytes");
        }

        call.Rows = body.Length / row;
        InferenceRules.AddAllOutputs(call, areBinary: true);
        return InferenceRules.TakeBytes(body, call);
    }
}
