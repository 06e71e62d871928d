using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Fraud.Http.Scoring;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Inference;

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
            // In the machine's order of bytes, which is the protocol's: x86-64 and ARM are little-endian.
            buffer.Write(output.IsLabel
                ? MemoryMarshal.AsBytes(call.Labels.AsSpan(0, call.Rows))
                : MemoryMarshal.AsBytes(call.Probabilities.AsSpan(0, 2 * call.Rows)));
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
        json.WriteString("name"u8, output.IsLabel ? call.Model!.Model.LabelName : call.Model!.Model.ProbabilitiesName);
        json.WriteString("datatype"u8, output.IsLabel ? "INT64"u8 : "FP32"u8);
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
            json.WriteNumber("binary_data_size"u8, call.Rows * sizeof(long));
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartArray("data"u8);
            for (var i = 0; i < (output.IsLabel ? call.Rows : 2 * call.Rows); i++)
            {
                if (output.IsLabel)
                {
                    json.WriteNumberValue(call.Labels[i]);
                }
                else
                {
                    json.WriteNumberValue(call.Probabilities[i]);
                }
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
