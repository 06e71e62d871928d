using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>Replaces strings of a JSON document, and leaves all else as it is written.</summary>
internal static class JsonStrings
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <param name="edit">Gives a string for the name of its member and the string; the same instance changes nothing.</param>
    /// <returns>The document; null when nothing was changed.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static byte[]? Edit(ReadOnlySpan<byte> document, Func<string, string, string> edit)
    {
        var buffer = new ArrayBufferWriter<byte>(document.Length + 64);
        using var writer = new Utf8JsonWriter(buffer, Options);
        var reader = new Utf8JsonReader(document);
        var (name, isChanged) = ("", false);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = reader.GetString()!;
                    writer.WritePropertyName(name);
                    break;
                case JsonTokenType.String:
                    var before = reader.GetString()!;
                    var after = edit(name, before);
                    isChanged |= !ReferenceEquals(before, after);
                    writer.WriteStringValue(after);
                    break;
                case JsonTokenType.StartObject:
                    writer.WriteStartObject();
                    break;
                case JsonTokenType.EndObject:
                    writer.WriteEndObject();
                    break;
                case JsonTokenType.StartArray:
                    writer.WriteStartArray();
                    break;
                case JsonTokenType.EndArray:
                    writer.WriteEndArray();
                    break;
                default:
                    writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                    break;
            }
        }

        writer.Flush();
        return isChanged ? buffer.WrittenSpan.ToArray() : null;
    }
}
