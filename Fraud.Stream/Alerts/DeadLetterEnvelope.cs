using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Fraud.Stream.Alerts;

/// <summary>
/// A dead letter for brokers that carry no headers: one JSON object with the members that headers have elsewhere
/// (reason, field, error, origin.topic, origin.partition, origin.offset, origin.at), all of them strings, and the
/// record itself in "value", base64 because it may be anything.
/// </summary>
public static class DeadLetterEnvelope
{
    public static byte[] Write(OutgoingRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>(256 + (record.Value.Length * 3 / 2));
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in record.Headers)
            {
                json.WriteString(name, value);
            }

            if (record.OmittedBytes is { } bytes)
            {
                json.WriteString("value.omitted", string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"));
            }
            else
            {
                json.WriteBase64String("value", record.Value);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
