using System.Text;
using System.Text.Json;
using Fraud.Model;
using Fraud.Model.Decoding;

namespace Fraud.Tests.Model.Decoding;

public sealed class TransactionWriterTests
{
    private static readonly TransactionReader Reader = new(new TransactionLimits { AllowCardNumbers = true });

    [Fact]
    public void Write_AnyPayment_IsReadBackAlike()
    {
        var random = new Random(11);
        var buffer = new byte[TransactionWriter.MaxLength];
        for (var i = 0; i < 20_000; i++)
        {
            var written = AnyPayment(random);
            var read = new Transaction();

            var length = TransactionWriter.Write(written, buffer);

            Assert.True(Reader.TryRead(buffer.AsSpan(0, length), read, out var error), error.Message);
            AssertAlike(written, read);
        }
    }

    [Fact]
    public void Write_LongestPayment_Fits()
    {
        var payment = new Transaction
        {
            Id = ShortText.From(new string('"', ShortText.Capacity)),
            CardId = ShortText.From(new string('\\', ShortText.Capacity)),
            TerminalId = ShortText.From(new string('"', ShortText.Capacity)),
            Source = ShortText.From(new string('\\', ShortText.Capacity)),
            AmountMinor = 999_999_999_999,
            EventTimeMs = 1_715_946_300_999,
            HasPayload = true,
        };
        Array.Fill(payment.Payload, -1.17549435E-38f);

        var json = new byte[TransactionWriter.MaxLength];
        var length = TransactionWriter.Write(payment, json);

        Assert.True(Reader.TryRead(json.AsSpan(0, length), new Transaction(), out var error), error.Message);
    }

    [Fact]
    public void Write_TooLittleRoom_Throws()
    {
        Assert.Throws<ArgumentException>(() => TransactionWriter.Write(new Transaction { Id = ShortText.From("a") }, new byte[8]));
    }

    [Fact]
    public void Write_HandbookPayment_LeavesOutWhatIsEmpty()
    {
        var payment = new Transaction { CardId = ShortText.From("596"), AmountMinor = 57_06, EventTimeMs = 1_522_540_831_000 };
        var json = new byte[TransactionWriter.MaxLength];

        var length = TransactionWriter.Write(payment, json);

        Assert.Equal(
            """{"card_id":"596","amount":57.06,"event_time":1522540831}""",
            Encoding.UTF8.GetString(json, 0, length));
    }

    [Fact]
    public void WriteLabel_Fraud_IsOneJsonObject()
    {
        var json = new byte[TransactionWriter.MaxLength];
        var label = new Label(ShortText.From("1"), ShortText.From("2"), ShortText.From("3"), 4_000, IsFraud: true);

        var length = TransactionWriter.WriteLabel(label, json);

        using var read = JsonDocument.Parse(json.AsMemory(0, length));
        Assert.Equal(
            """{"transaction_id":"1","card_id":"2","terminal_id":"3","event_time":4,"is_fraud":true}""",
            read.RootElement.GetRawText());
    }

    [Fact]
    public void Write_Payment_AllocatesNothing()
    {
        var payment = AnyPayment(new Random(3));
        payment.Currency = Currency.Euro;
        var json = new byte[TransactionWriter.MaxLength];
        TransactionWriter.Write(payment, json);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            TransactionWriter.Write(payment, json);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Transaction AnyPayment(Random random)
    {
        var payment = new Transaction
        {
            Id = AnyText(random),
            CardId = AnyText(random),
            TerminalId = AnyText(random),
            Source = AnyText(random),
            AmountMinor = random.NextInt64(random.Next(2) == 0 ? 1_000 : 1_000_000_000_000),
            EventTimeMs = random.NextInt64(random.Next(2) == 0 ? 100_000 : 1_700_000_000_000),
        };
        var code = random.Next(4) switch { 0 => "JPY"u8, 1 => "KWD"u8, 2 => "CLF"u8, _ => "EUR"u8 };
        payment.Currency = Currency.TryParse(code, out var currency) ? currency : default;
        payment.HasPayload = random.Next(2) == 0;
        for (var i = 0; i < Transaction.PayloadFeatures; i++)
        {
            var bits = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            payment.Payload[i] = float.IsFinite(bits) ? bits : 0;
        }

        return payment;
    }

    private static ShortText AnyText(Random random)
    {
        const string letters = "abc019 \"\\/é€{}[]:,";
        var text = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => letters[random.Next(letters.Length)]));
        return ShortText.From(text);
    }

    private static void AssertAlike(Transaction expected, Transaction actual)
    {
        Assert.Equal(
            (expected.Id, expected.CardId, expected.TerminalId, expected.Source),
            (actual.Id, actual.CardId, actual.TerminalId, actual.Source));
        Assert.Equal(
            (expected.AmountMinor, expected.Currency, expected.EventTimeMs, expected.HasPayload),
            (actual.AmountMinor, actual.Currency, actual.EventTimeMs, actual.HasPayload));
        if (expected.HasPayload)
        {
            Assert.Equal(expected.Payload, actual.Payload);
        }
    }
}
