using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Fraud.Http.Scoring;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Inference.Rest;

/// <summary>Writes a call's results: JSON, and behind it the tensors that were asked for as bytes.</summary>
internal static class InferenceAnswer
{
    public const string JsonLengthHeader = "Inference-Header-Content-Length";

    public static Task Write(HttpContext context, InferenceCall call)
    {
        var answer = JsonBuffer.Take();
        WriteJson(answer.Json, call);
        if (!call.Outputs.Exists(static output => output.IsBinary))
        {
            return answer.Send(context);
        }

        answer.Json.Flush();
        var buffer = answer.Bytes;
        context.Response.Headers[JsonLengthHeader] = buffer.WrittenCount.ToString(CultureInfo.InvariantCulture);
        foreach (var output in call.Outputs.Where(static output => output.IsBinary))
        {
            buffer.Write(output.BytesIn(call));
        }

        return answer.Send(context, "application/octet-stream");
    }

    private static void WriteJson(Utf8JsonWriter json, InferenceCall call)
    {
        json.WriteStartObject();
        json.WriteString("model_name"u8, call.Model!.ScoredBy.Model);
        json.WriteString("model_version"u8, call.Model.ScoredBy.Version);
        if (call.Id is { } id)
        {
            json.WriteString("id"u8, id);
        }

        json.WriteStartArray("outputs"u8);
        foreach (var output in call.Outputs)
        {
            Write(json, call, output);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, InferenceCall call, OutputChoice output)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, output.NameIn(call));
        json.WriteString("datatype"u8, output.Datatype);
        json.WriteStartArray("shape"u8);
        json.WriteNumberValue(call.Rows);
        if (!output.IsLabel)
        {
            json.WriteNumberValue(2);
        }

        json.WriteEndArray();
        if (output.IsBinary)
        {
            json.WriteStartObject("parameters"u8);
            json.WriteNumber("binary_data_size"u8, output.BytesIn(call).Length);
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartArray("data"u8);
            if (output.IsLabel)
            {
                foreach (var label in call.LabelValues)
                {
                    json.WriteNumberValue(label);
                }
            }
            else
            {
                foreach (var probability in call.ProbabilityValues)
                {
                    json.WriteNumberValue(probability);
                }
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
