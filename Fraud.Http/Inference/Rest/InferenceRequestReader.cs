using System.Text.Json;
using Fraud.Http.Problems;
using Fraud.Model.Decoding;

namespace Fraud.Http.Inference.Rest;

/// <summary>
/// Reads an inference request into a call: the JSON object, and behind it the tensor where it comes as bytes (the
/// binary tensor data extension). Strict about what the model takes; passes over parameters that it does not know.
/// </summary>
internal sealed class InferenceRequestReader(InferenceRules rules, TransactionLimits limits)
{
    private readonly InferenceTensor _tensor = new(rules);
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
            return _tensor.ReadRaw(body, call, features);
        }

        // Where bytes are counted the mark would be counted too.
        body = jsonLength is null ? ByteOrderMark.Skip(body) : body;

        var state = new InferenceReadState { Features = features, All = new InferenceParameters { IsRequest = true } };
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

    private Problem? ReadRequest(ref Utf8JsonReader json, InferenceCall call, ref InferenceReadState state)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            Problem? wrong = null;
            if (json.ValueTextEquals("id"u8))
            {
                json.Read();
                if (json.TokenType == JsonTokenType.Null)
                {
                    continue;
                }

                if (json.TokenType != JsonTokenType.String || json.GetString() is not { Length: <= InferenceRules.MaxIdLength } id)
                {
                    return InferenceRules.WrongId;
                }

                call.Id = id;
            }
            else if (json.ValueTextEquals("parameters"u8))
            {
                wrong = InferenceParameters.Read(ref json, "parameters", ref state.All);
            }
            else if (json.ValueTextEquals("inputs"u8))
            {
                wrong = ReadInputs(ref json, call, ref state);
            }
            else if (json.ValueTextEquals("outputs"u8))
            {
                wrong = InferenceOutputs.Read(ref json, call, ref state);
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

    private Problem? ReadInputs(ref Utf8JsonReader json, InferenceCall call, ref InferenceReadState state)
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
                wrong = _tensor.ReadShape(ref json, ref state);
            }
            else if (json.ValueTextEquals("data"u8))
            {
                wrong = _tensor.ReadData(ref json, call, ref state);
            }
            else if (json.ValueTextEquals("parameters"u8))
            {
                wrong = InferenceParameters.Read(ref json, InferenceRules.Input + ".parameters", ref state.Input);
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

    private Problem? Check(ReadOnlySpan<byte> tail, InferenceCall call, in InferenceReadState state)
    {
        var features = state.Features;
        if (!state.HasInput)
        {
            return InferenceProblems.Wrong("inputs", "an array of one input");
        }

        if (!state.HasName)
        {
            return InferenceRules.WrongName(call);
        }

        if (!state.HasType)
        {
            return InferenceRules.WrongType;
        }

        if (state.Rows == 0)
        {
            return rules.WrongShape(features);
        }

        call.Rows = state.Rows;
        InferenceOutputs.Settle(call, state);
        if (state.Input.Size is { } size)
        {
            if (state.HasData)
            {
                return InferenceProblems.Wrong(InferenceRules.Input, "\"data\" or binary_data_size, not both");
            }

            if (size != tail.Length || size != state.Rows * features * sizeof(float))
            {
                return InferenceProblems.Wrong(
                    InferenceRules.Input + ".parameters.binary_data_size",
                    $"{state.Rows * features * sizeof(float)} for this shape, and as many bytes behind the JSON");
            }

            return InferenceRules.TakeBytes(tail, call);
        }

        if (!tail.IsEmpty)
        {
            return InferenceProblems.Wrong(InferenceRules.Input + ".parameters.binary_data_size", "the bytes that follow the JSON");
        }

        return state.HasData && state.Count == state.Rows * features
            ? null
            : InferenceRules.WrongData(state.Rows * features);
    }
}
