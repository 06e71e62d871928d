using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Scoring;

/// <summary>Writes JSON into the response through a writer kept by each thread.</summary>
internal static class JsonAnswer
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json) cached;

    public static Task Write<T>(HttpContext context, T state, Action<Utf8JsonWriter, T> write)
    {
        var (buffer, json) = cached;
        if (buffer is null)
        {
            buffer = new ArrayBufferWriter<byte>(1_024);
            json = new Utf8JsonWriter(buffer, Options);
            cached = (buffer, json);
        }

        buffer.ResetWrittenCount();
        json.Reset();
        write(json, state);
        json.Flush();
        var response = context.Response;
        response.ContentType = "application/json";
        response.ContentLength = buffer.WrittenCount;
        // Copied into the response's own memory before the thread's buffer is used again.
        response.BodyWriter.Write(buffer.WrittenSpan);
        return response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
    }
}
