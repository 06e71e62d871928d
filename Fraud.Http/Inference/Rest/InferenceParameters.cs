using System.Text.Json;
using Fraud.Http.Problems;

namespace Fraud.Http.Inference.Rest;

/// <summary>The "parameters" of a request, an input or an output, as far as they are known here.</summary>
internal struct InferenceParameters
{
    /// <summary>Bytes of the tensor behind the JSON.</summary>
    public int? Size;
    public bool? IsBinary;

    /// <summary>The request's own name that parameter otherwise.</summary>
    public bool IsRequest;

    public static Problem? Read(ref Utf8JsonReader json, string field, ref InferenceParameters into)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (json.TokenType != JsonTokenType.StartObject)
        {
            return InferenceProblems.Wrong(field, "an object");
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("binary_data_size"u8))
            {
                json.Read();
                if (json.TokenType == JsonTokenType.Null)
                {
                    continue;
                }

                if (json.TokenType != JsonTokenType.Number || !json.TryGetInt32(out var size) || size < 0)
                {
                    return InferenceProblems.Wrong($"{field}.binary_data_size", "a number of bytes");
                }

                into.Size = size;
            }
            else if (json.ValueTextEquals(into.IsRequest ? "binary_data_output"u8 : "binary_data"u8))
            {
                json.Read();
                if (json.TokenType == JsonTokenType.Null)
                {
                    continue;
                }

                if (json.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                {
                    return InferenceProblems.Wrong($"{field}.{(into.IsRequest ? "binary_data_output" : "binary_data")}", "true or false");
                }

                into.IsBinary = json.TokenType == JsonTokenType.True;
            }
            else if (InferenceRules.IsNotOffered(json.GetString()!))
            {
                return InferenceRules.NotOffered(field);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        return null;
    }
}
