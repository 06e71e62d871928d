using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Fraud.Http.Problems;

namespace Fraud.Http.Inference;

/// <summary>Reads the one input's shape and values, from JSON or from bytes.</summary>
internal sealed class InferenceTensor(InferenceOptions options)
{
    /// <summary>Where it is in the request.</summary>
    public const string Field = "inputs[0]";

    public Problem? ReadShape(ref Utf8JsonReader json, ref InferenceReadState state)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.StartArray
            && json.Read() && json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var rows)
            && json.Read() && json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var columns)
            && json.Read() && json.TokenType == JsonTokenType.EndArray
            && rows >= 1 && rows <= options.MaxRows && columns == state.Features)
        {
            state.Rows = rows;
            return null;
        }

        return WrongShape(state.Features);
    }

    /// <summary>Flat, or a list for each row.</summary>
    public Problem? ReadData(ref Utf8JsonReader json, InferenceCall call, ref InferenceReadState state)
    {
        json.Read();
        if (state.HasData || json.TokenType != JsonTokenType.StartArray)
        {
            return InferenceProblems.Wrong(Field + ".data", "one array of numbers, or of one array a row");
        }

        state.HasData = true;
        var count = 0;
        var inRow = false;
        var most = options.MaxRows * state.Features;
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
                    return WrongShape(state.Features);
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
        if (body.Length == 0 || body.Length % row != 0 || body.Length / row > options.MaxRows)
        {
            return InferenceProblems.Wrong("body", $"1 to {options.MaxRows} rows of {row} bytes");
        }

        call.Rows = body.Length / row;
        call.Outputs.Add(new OutputChoice(IsLabel: false, IsBinary: true));
        call.Outputs.Add(new OutputChoice(IsLabel: true, IsBinary: true));
        return ReadBytes(body, call);
    }

    public static Problem? ReadBytes(ReadOnlySpan<byte> bytes, InferenceCall call)
    {
        var count = bytes.Length / sizeof(float);
        call.Reserve(count);
        var values = call.Values.AsSpan(0, count);
        bytes.CopyTo(MemoryMarshal.AsBytes(values));
        for (var i = 0; i < count; i++)
        {
            if (!BitConverter.IsLittleEndian)
            {
                values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
            }

            if (!float.IsFinite(values[i]))
            {
                return InferenceProblems.Wrong($"{Field}.data[{i}]", "a finite number");
            }
        }

        return null;
    }

    public Problem WrongShape(int features) =>
        InferenceProblems.Wrong(Field + ".shape", $"[rows, {features}] with 1 to {options.MaxRows} rows");
}
