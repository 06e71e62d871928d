using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fraud.Stream.Cases;

namespace Fraud.Http.Alerts;

/// <summary>An alert as it goes to every client: a server-sent event, encoded once.</summary>
/// <param name="Position">Its event id: its place in the order in which all nodes store payments.</param>
internal readonly record struct Alert(long Position, byte[] Event)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Alert Of(FlaggedPayment payment)
    {
        var text = new ArrayBufferWriter<byte>(1_024);
        Write(text, string.Create(CultureInfo.InvariantCulture, $"id: {payment.Position}\nevent: alert\ndata: "));
        using (var json = new Utf8JsonWriter(text, Options))
        {
            JsonSerializer.Serialize(json, new AlertEvent(payment), AlertsJson.Default.AlertEvent);
        }

        Write(text, "\n\n");
        return new Alert(payment.Position, text.WrittenSpan.ToArray());
    }

    private static void Write(ArrayBufferWriter<byte> into, string text) => Encoding.UTF8.GetBytes(text, into);
}
