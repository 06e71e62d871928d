using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Fraud.Http.Problems;
using Fraud.Model.Decoding;

namespace Fraud.Http.Inference;

/// <summary>
/// Reads an inference request into a call: the JSON object, and behind it the tensor where it comes as bytes (the
/// binary tensor data extension). Strict about what the model takes; passes over parameters that it does not know.
/// </summary>
internal sealed class InferenceRequestReader(InferenceOptions options, TransactionLimits limits)
{
    private const int MaxIdLength = 256;
    private const string Inputs = "inputs[0]";

    private readonly JsonReaderOptions _json = new() { MaxDepth = limits.MaxJsonDepth };

    /// <param name="jsonLength">
    /// How much of the body is JSON; null for all of it. Zero: the body is nothing but the one input's bytes.
    /// </param>
    public Problem? Read(ReadOnlySpan<byte> body, int? jsonLength, InferenceCall call)
    {
        var features = call.Model!.Model.Manifest.Inputs.Count;
        if (jsonLength > body.Length)
        {
            return InferenceProblems.Wrong("Inference-Header-Content-Length", "the bytes of JSON at the start of the body, at most all of it");
        }

        if (jsonLength == 0)
        {
            return ReadRaw(body, call, features);
        }

        var state = new ReadState { Features = features, All = new Parameters { IsRequest = true } };
        try
        {
            var json = new Utf8JsonReader(body[..(jsonLength ?? body.Length)], _json);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return InferenceProblems.Wrong("body", "a JSON object with \"inputs\"");
            }

            if (ReadRequest(ref json, call, ref state) is { } wrong)
            {
                return wrong;
            }

            // Whatever follows makes it no JSON.
            while (json.Read())
            {
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second: text that is no valid UTF-16, such as half a surrogate pair.
            return InferenceProblems.Wrong("body", "valid JSON");
        }

        return Check(body[(jsonLength ?? body.Length)..], call, state);
    }

    private Problem? ReadRequest(ref Utf8JsonReader json, InferenceCall call, ref ReadState state)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            Problem? wrong = null;
            if (json.ValueTextEquals("id"u8))
            {
                json.Read();
                if (json.TokenType != JsonTokenType.String || json.GetString() is not { Length: <= MaxIdLength } id)
                {
                    return InferenceProblems.Wrong("id", $"a string of at most {MaxIdLength} characters");
                }

                call.Id = id;
            }
            else if (json.ValueTextEquals("parameters"u8))
            {
                wrong = ReadParameters(ref json, "parameters", ref state.All);
            }
            else if (json.ValueTextEquals("inputs"u8))
            {
                wrong = ReadInputs(ref json, call, ref state);
            }
            else if (json.ValueTextEquals("outputs"u8))
            {
                wrong = ReadOutputs(ref json, call, ref state);
            }
            else
            {
                json.Read();
                json.Skip();
            }

            if (wrong is not null)
            {
                return wrong;
            }
        }

        return null;
    }

    private Problem? ReadInputs(ref Utf8JsonReader json, InferenceCall call, ref ReadState state)
    {
        json.Read();
        if (state.HasInput || json.TokenType != JsonTokenType.StartArray)
        {
            return InferenceProblems.Wrong("inputs", "one array of one input");
        }

        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return InferenceProblems.Wrong("inputs", "an array of one input");
        }

        state.HasInput = true;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            Problem? wrong = null;
            if (json.ValueTextEquals("name"u8))
            {
                json.Read();
                state.HasName = json.TokenType == JsonTokenType.String && json.ValueTextEquals(call.Model!.Model.InputName);
            }
            else if (json.ValueTextEquals("datatype"u8))
            {
                json.Read();
                state.HasType = json.TokenType == JsonTokenType.String && json.ValueTextEquals("FP32"u8);
            }
            else if (json.ValueTextEquals("shape"u8))
            {
                wrong = ReadShape(ref json, ref state);
            }
            else if (json.ValueTextEquals("data"u8))
            {
                wrong = ReadData(ref json, call, ref state);
            }
            else if (json.ValueTextEquals("parameters"u8))
            {
                wrong = ReadParameters(ref json, Inputs + ".parameters", ref state.Input);
            }
            else
            {
                json.Read();
                json.Skip();
            }

            if (wrong is not null)
            {
                return wrong;
            }
        }

        return json.Read() && json.TokenType == JsonTokenType.EndArray
            ? null
            : InferenceProblems.Wrong("inputs", "an array of one input: the model takes no more");
    }

    private Problem? ReadShape(ref Utf8JsonReader json, ref ReadState state)
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

    // Flat, or a list for each row.
    private Problem? ReadData(ref Utf8JsonReader json, InferenceCall call, ref ReadState state)
    {
        json.Read();
        if (state.HasData || json.TokenType != JsonTokenType.StartArray)
        {
            return InferenceProblems.Wrong(Inputs + ".data", "one array of numbers, or of one array a row");
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
                        return InferenceProblems.Wrong($"{Inputs}.data[{count}]", "a finite number within the range of FP32");
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
                    return InferenceProblems.Wrong($"{Inputs}.data[{count}]", $"numbers alone, or one array of {state.Features} numbers a row");
            }

            if (state.IsNested && !inRow && json.TokenType == JsonTokenType.Number)
            {
                return InferenceProblems.Wrong($"{Inputs}.data", $"numbers alone, or one array of {state.Features} numbers a row");
            }
        }

        return InferenceProblems.Wrong("body", "valid JSON");
    }

    private static Problem? ReadOutputs(ref Utf8JsonReader json, InferenceCall call, ref ReadState state)
    {
        json.Read();
        if (state.HasOutputs || json.TokenType != JsonTokenType.StartArray)
        {
            return InferenceProblems.Wrong("outputs", "one array of outputs");
        }

        state.HasOutputs = true;
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            bool? isLabel = null;
            var parameters = default(Parameters);
            var field = $"outputs[{call.Outputs.Count}]";
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("name"u8))
                {
                    json.Read();
                    var model = call.Model!.Model;
                    isLabel = json.TokenType != JsonTokenType.String ? null
                        : json.ValueTextEquals(model.LabelName) ? true
                        : json.ValueTextEquals(model.ProbabilitiesName) ? false : null;
                }
                else if (json.ValueTextEquals("parameters"u8))
                {
                    if (ReadParameters(ref json, $"{field}.parameters", ref parameters) is { } wrong)
                    {
                        return wrong;
                    }
                }
                else
                {
                    json.Read();
                    json.Skip();
                }
            }

            if (isLabel is not { } label || call.Outputs.Exists(other => other.IsLabel == label))
            {
                return InferenceProblems.Wrong(
                    $"{field}.name", $"{call.Model!.Model.LabelName} or {call.Model.Model.ProbabilitiesName}, each once");
            }

            call.Outputs.Add(new OutputChoice(label, parameters.IsBinary ?? false));
            state.Chosen += parameters.IsBinary is null ? 0 : 1 << (label ? 1 : 0);
        }

        return json.TokenType == JsonTokenType.EndArray ? null : InferenceProblems.Wrong("outputs", "an array of objects with \"name\"");
    }

    private static Problem? ReadParameters(ref Utf8JsonReader json, string field, ref Parameters into)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return InferenceProblems.Wrong(field, "an object");
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("binary_data_size"u8))
            {
                json.Read();
                if (json.TokenType != JsonTokenType.Number || !json.TryGetInt32(out var size) || size < 0)
                {
                    return InferenceProblems.Wrong($"{field}.binary_data_size", "a number of bytes");
                }

                into.Size = size;
            }
            else if (json.ValueTextEquals(into.IsRequest ? "binary_data_output"u8 : "binary_data"u8))
            {
                json.Read();
                if (json.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                {
                    return InferenceProblems.Wrong($"{field}.{(into.IsRequest ? "binary_data_output" : "binary_data")}", "true or false");
                }

                into.IsBinary = json.TokenType == JsonTokenType.True;
            }
            else if (json.ValueTextEquals("classification"u8) || json.ValueTextEquals("shared_memory_region"u8))
            {
                // Passing these over would answer something else than was asked for.
                return InferenceProblems.Wrong(field, "no classification and no shared memory: neither is offered");
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        return null;
    }

    private Problem? Check(ReadOnlySpan<byte> tail, InferenceCall call, in ReadState state)
    {
        var features = state.Features;
        if (!state.HasInput)
        {
            return InferenceProblems.Wrong("inputs", "an array of one input");
        }

        if (!state.HasName)
        {
            return InferenceProblems.Wrong(Inputs + ".name", call.Model!.Model.InputName);
        }

        if (!state.HasType)
        {
            return InferenceProblems.Wrong(Inputs + ".datatype", "FP32");
        }

        if (state.Rows == 0)
        {
            return WrongShape(features);
        }

        call.Rows = state.Rows;
        if (!state.HasOutputs || call.Outputs.Count == 0)
        {
            call.Outputs.Add(new OutputChoice(IsLabel: false, state.All.IsBinary ?? false));
            call.Outputs.Add(new OutputChoice(IsLabel: true, state.All.IsBinary ?? false));
        }
        else if (state.All.IsBinary == true)
        {
            // What an output says of itself goes before what the request says of all.
            for (var i = 0; i < call.Outputs.Count; i++)
            {
                var output = call.Outputs[i];
                if ((state.Chosen & (1 << (output.IsLabel ? 1 : 0))) == 0)
                {
                    call.Outputs[i] = output with { IsBinary = true };
                }
            }
        }

        if (state.Input.Size is { } size)
        {
            if (state.HasData)
            {
                return InferenceProblems.Wrong(Inputs, "\"data\" or binary_data_size, not both");
            }

            if (size != tail.Length || size != state.Rows * features * sizeof(float))
            {
                return InferenceProblems.Wrong(
                    Inputs + ".parameters.binary_data_size",
                    $"{state.Rows * features * sizeof(float)} for this shape, and as many bytes behind the JSON");
            }

            return ReadBytes(tail, call);
        }

        if (!tail.IsEmpty)
        {
            return InferenceProblems.Wrong(Inputs + ".parameters.binary_data_size", "the bytes that follow the JSON");
        }

        return state.HasData && state.Count == state.Rows * features
            ? null
            : InferenceProblems.Wrong(Inputs + ".data", $"{state.Rows * features} numbers for this shape");
    }

    private Problem? ReadRaw(ReadOnlySpan<byte> body, InferenceCall call, int features)
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

    private static Problem? ReadBytes(ReadOnlySpan<byte> bytes, InferenceCall call)
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
                return InferenceProblems.Wrong($"{Inputs}.data[{i}]", "a finite number");
            }
        }

        return null;
    }

    private Problem WrongShape(int features) =>
        InferenceProblems.Wrong(Inputs + ".shape", $"[rows, {features}] with 1 to {options.MaxRows} rows");

    private struct Parameters
    {
        public int? Size;
        public bool? IsBinary;
        public bool IsRequest;
    }

    private struct ReadState
    {
        public int Features;
        public bool HasInput;
        public bool HasName;
        public bool HasType;
        public bool HasData;
        public bool HasOutputs;
        public bool IsNested;
        public int RowStart;
        public int Count;
        public int Rows;

        /// <summary>Bits of the outputs that say themselves whether they are to be bytes.</summary>
        public int Chosen;
        public Parameters All;
        public Parameters Input;
    }
}
