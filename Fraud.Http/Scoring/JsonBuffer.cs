using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Scoring;

/// <summary>A JSON writer over memory that each thread keeps, and its way into a response.</summary>
/// <remarks>Between <see cref="Take"/> and <see cref="Send"/> nothing may be awaited.</remarks>
internal sealed class JsonBuffer
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static JsonBuffer? cached;

    private JsonBuffer() => Json = new Utf8JsonWriter(Bytes, Options);

    public ArrayBufferWriter<byte> Bytes { get; } = new(1_024);

    public Utf8JsonWriter Json { get; }

    /// <summary>This thread's, empty.</summary>
    public static JsonBuffer Take()
    {
        var buffer = cached ??= new JsonBuffer();
        buffer.Bytes.ResetWrittenCount();
        buffer.Json.Reset();
        return buffer;
    }

    /// <summary>What was written is the body.</summary>
    public Task Send(HttpContext context, string contentType = "application/json")
    {
        Json.Flush();
        var response = context.Response;
        response.ContentType = contentType;
        response.ContentLength = Bytes.WrittenCount;
        // Copied into the response's own memory before the thread's buffer is used again.
        response.BodyWriter.Write(Bytes.WrittenSpan);
        return response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
    }
}
