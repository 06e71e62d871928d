using System.Buffers;
using System.Text.Json;
using Fraud.Stream.Storage;

namespace Fraud.Stream.Alerts;

/// <summary>
/// A dead letter for brokers that carry no headers: one JSON object with the members that headers have elsewhere
/// (reason, field, error, origin.topic, origin.partition, origin.offset, origin.at), all of them strings, and the
/// record itself in "value", base64 because it may be anything.
/// </summary>
public static class DeadLetterEnvelope
{
    /// <param name="withValue">False: Kafka refused the record for its size; "value.omitted" says how large it is.</param>
    public static byte[] Write(OutboxRecord record, bool withValue)
    {
        var buffer = new ArrayBufferWriter<byte>(256 + (withValue ? record.Value.Length * 3 / 2 : 0));
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in record.Headers)
            {
                json.WriteString(name, value);
            }

            if (withValue)
            {
                json.WriteBase64String("value", record.Value);
            }
            else
            {
                json.WriteString("value.omitted", $"{record.Value.Length} bytes");
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
