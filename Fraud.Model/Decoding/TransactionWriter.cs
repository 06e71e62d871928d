using System.Buffers.Text;
using System.Text;

namespace Fraud.Model.Decoding;

/// <summary>
/// Writes payments and labels as the JSON that <see cref="TransactionReader"/> and the label topic take.
/// Allocates nothing but the letters of a currency other than the euro; thread-safe.
/// </summary>
/// <remarks>What is empty or zero (ids, source, event time, currency) is left out.</remarks>
public static class TransactionWriter
{
    /// <summary>Room that any payment or label fits into, in bytes.</summary>
    // Four texts of 63 bytes, each escaped as two; 30 floats of at most 16; names and numbers under 400.
    public const int MaxLength = 2_048;

    // From here on a reader takes a number for milliseconds.
    private const long FirstMilliseconds = 100_000_000_000;

    /// <summary>Writes one JSON object and returns its length.</summary>
    /// <exception cref="ArgumentException">There is less room than the payment needs; <see cref="MaxLength"/> is enough.</exception>
    public static int Write(Transaction payment, Span<byte> into)
    {
        var json = new JsonSpan(into);
        json.Text("\"transaction_id\":"u8, ref payment.Id);
        json.Text("\"card_id\":"u8, ref payment.CardId);
        json.Text("\"terminal_id\":"u8, ref payment.TerminalId);
        json.Text("\"source\":"u8, ref payment.Source);
        json.Separate();
        json.Raw("\"amount\":"u8);
        json.Amount(payment.AmountMinor, payment.Currency);
        if (payment.Currency != default)
        {
            json.Raw(",\"currency\":\""u8);
            json.Currency(payment.Currency);
            json.Raw("\""u8);
        }

        if (payment.EventTimeMs != 0)
        {
            json.Raw(",\"event_time\":"u8);
            json.Time(payment.EventTimeMs);
        }

        if (payment.HasPayload)
        {
            json.Raw(",\"features\":["u8);
            for (var i = 0; i < Transaction.PayloadFeatures; i++)
            {
                if (i > 0)
                {
                    json.Raw(","u8);
                }

                json.Float(payment.Payload[i]);
            }

            json.Raw("]"u8);
        }

        json.Raw("}"u8);
        return json.Length;
    }

    /// <summary>Writes one label and returns its length.</summary>
    /// <exception cref="ArgumentException">There is less room than the label needs; <see cref="MaxLength"/> is enough.</exception>
    public static int WriteLabel(in Label label, Span<byte> into)
    {
        var (id, card, terminal) = (label.TransactionId, label.CardId, label.TerminalId);
        var json = new JsonSpan(into);
        json.Text("\"transaction_id\":"u8, ref id);
        json.Text("\"card_id\":"u8, ref card);
        json.Text("\"terminal_id\":"u8, ref terminal);
        json.Separate();
        if (label.EventTimeMs != 0)
        {
            json.Raw("\"event_time\":"u8);
            json.Time(label.EventTimeMs);
            json.Raw(","u8);
        }

        json.Raw("\"is_fraud\":"u8);
        json.Raw(label.IsFraud ? "true}"u8 : "false}"u8);
        return json.Length;
    }

    private ref struct JsonSpan(Span<byte> into)
    {
        private readonly Span<byte> _into = into;

        public int Length { get; private set; }

        public void Raw(ReadOnlySpan<byte> text)
        {
            text.CopyTo(_into[Length..]);
            Length += text.Length;
        }

        /// <summary>A comma, or the object's start when nothing was written yet.</summary>
        public void Separate() => Raw(Length == 0 ? "{"u8 : ","u8);

        /// <summary>A named text; nothing when it is empty. The name comes with its quotes and colon.</summary>
        public void Text(ReadOnlySpan<byte> name, ref ShortText value)
        {
            if (value.IsEmpty)
            {
                return;
            }

            Separate();
            Raw(name);
            Raw("\""u8);
            // Control characters never get into a ShortText by the reader; these two are all that is left to escape.
            foreach (var letter in value.Utf8)
            {
                if (letter is (byte)'"' or (byte)'\\')
                {
                    _into[Length++] = (byte)'\\';
                }

                _into[Length++] = letter;
            }

            Raw("\""u8);
        }

        public void Amount(long minor, Currency currency)
        {
            var units = currency.MinorUnits;
            Integer(minor / units);
            if (minor % units is var rest && rest != 0)
            {
                Raw("."u8);
                Fraction(rest, currency.Decimals);
            }
        }

        public void Time(long unixMs)
        {
            if (unixMs / 1_000 >= FirstMilliseconds)
            {
                Integer(unixMs);
                return;
            }

            Integer(unixMs / 1_000);
            if (unixMs % 1_000 is var rest && rest != 0)
            {
                Raw("."u8);
                Fraction(rest, 3);
            }
        }

        public void Currency(Currency currency)
        {
            if (currency == Model.Currency.Euro)
            {
                Raw("EUR"u8);
                return;
            }

            Length += Encoding.UTF8.GetBytes(currency.ToString(), _into[Length..]);
        }

        public void Float(float value)
        {
            Utf8Formatter.TryFormat(value, _into[Length..], out var written);
            Advance(written);
        }

        private void Integer(long value)
        {
            Utf8Formatter.TryFormat(value, _into[Length..], out var written);
            Advance(written);
        }

        private void Fraction(long value, int digits)
        {
            Utf8Formatter.TryFormat(value, _into[Length..], out var written, new System.Buffers.StandardFormat('D', (byte)digits));
            Advance(written);
        }

        private void Advance(int written)
        {
            if (written == 0)
            {
                throw new ArgumentException($"expected room for {MaxLength} bytes");
            }

            Length += written;
        }
    }
}
