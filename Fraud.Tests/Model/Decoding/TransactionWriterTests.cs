using System.Text;
using System.Text.Json;
using CsCheck;
using Fraud.Model.CardNumbers;
using Fraud.Model;
using Fraud.Model.Decoding;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.Decoding;

public sealed class TransactionWriterTests
{
    private static readonly TransactionReader Reader = new(new TransactionLimits(), CardNumberGuard.Off);
    private static readonly LabelReader Labels = new(new TransactionLimits(), CardNumberGuard.Off);

    [Fact]
    public void Write_AnyPayment_IsReadBackAlike() => Any.Payment.Sample(
        static written =>
        {
            var json = new byte[TransactionWriter.MaxLength];
            var read = new Transaction();

            var length = TransactionWriter.Write(written, json);

            Assert.True(Reader.TryRead(json.AsSpan(0, length), read, out var error), error.Message);
            Any.AssertAlike(written, read);
        },
        iter: 10_000);

    [Fact]
    public void WriteLabel_AnyLabel_IsReadBackAlike() => Gen.Select(Any.Text, Any.Text, Any.Text, Gen.Long[1, 1_700_000_000_000], Gen.Bool).Sample(
        static (id, card, terminal, time, isFraud) =>
        {
            var json = new byte[TransactionWriter.MaxLength];
            var written = new Label(ShortText.From("id" + id), card, terminal, time, isFraud);

            var length = TransactionWriter.WriteLabel(written, json);

            Assert.True(Labels.TryRead(json.AsSpan(0, length), out var read, out var error), error.Message);
            Assert.Equal(written, read);
        },
        iter: 10_000);

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
        var payment = Any.Payment.Single();
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
}
