using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fraud.Model;

namespace Fraud.Stream.Storage;

/// <summary>The JSON that the stores write and read. Only flagged payments cost anything.</summary>
internal static class StoredJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? threadBuffer;

    [ThreadStatic]
    private static Utf8JsonWriter? threadJson;

    public static string NameOf(Decision decision) => decision switch
    {
        Decision.Approve => "approve",
        Decision.Review => "review",
        _ => "block",
    };

    public static string Reasons(IReadOnlyList<string> reasons) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var reason in reasons)
        {
            json.WriteStringValue(reason);
        }

        json.WriteEndArray();
    });

    public static IReadOnlyList<string> ReadReasons(string json) => JsonSerializer.Deserialize<string[]>(json) ?? [];

    public static IReadOnlyList<KeyValuePair<string, string>> ReadHeaders(string json) =>
        [.. JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? []];

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var (buffer, json) = Take();
        write(json);
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // This thread's, empty. Nothing that writes calls another that writes.
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json) Take()
    {
        var buffer = threadBuffer ??= new ArrayBufferWriter<byte>(1_024);
        var json = threadJson ??= new Utf8JsonWriter(buffer, Options);
        buffer.ResetWrittenCount();
        json.Reset();
        return (buffer, json);
    }
}
