using System.Text;
using Fraud.Model;
using Fraud.Model.Decoding;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.Decoding;

public sealed class LabelReaderTests
{
    private static readonly DateTimeOffset Now = new(2024, 5, 17, 12, 0, 0, TimeSpan.Zero);
    private static readonly LabelReader Reader = new(new TransactionLimits(), Guards.New(), new FixedTime());

    /// <summary>Name, JSON, and of the first error its reason and field.</summary>
    public static TheoryData<string, string, string, string> Refused => new()
    {
        { "empty body", "", "invalid_json", "body" },
        { "null", "null", "invalid_json", "body" },
        { "array", """[{"transaction_id":"a","is_fraud":true}]""", "invalid_json", "body" },
        { "cut short", """{"transaction_id":"a","is_fraud":true""", "invalid_json", "body" },
        { "cut in a value", """{"transaction_id":"a","is_fraud":tr""", "invalid_json", "body" },
        { "text after the object", """{"transaction_id":"a","is_fraud":true} x""", "invalid_json", "body" },
        { "two objects", """{"transaction_id":"a","is_fraud":true}{"transaction_id":"b","is_fraud":true}""", "invalid_json", "body" },
        { "trailing comma", """{"transaction_id":"a","is_fraud":true,}""", "invalid_json", "body" },
        { "too deep", """{"transaction_id":"a","is_fraud":true,"x":""" + new string('[', 40) + new string(']', 40) + "}", "invalid_json", "body" },
        { "no id", """{"is_fraud":true}""", "missing_field", "transaction_id" },
        { "no flag", """{"transaction_id":"a"}""", "missing_field", "is_fraud" },
        { "name that is no text", """{"\ud800":1}""", "missing_field", "transaction_id" },
        { "nothing", "{}", "missing_field", "transaction_id" },
        { "id empty", """{"transaction_id":"","is_fraud":true}""", "invalid_field", "transaction_id" },
        { "id null", """{"transaction_id":null,"is_fraud":true}""", "missing_field", "transaction_id" },
        { "id fractional", """{"transaction_id":1.5,"is_fraud":true}""", "invalid_field", "transaction_id" },
        { "id as an object", """{"transaction_id":{"id":"a"},"is_fraud":true}""", "invalid_field", "transaction_id" },
        { "id of 64 bytes", $$"""{"transaction_id":"{{new string('a', 64)}}","is_fraud":true}""", "invalid_field", "transaction_id" },
        { "id twice", """{"transaction_id":"a","transaction_id":"a","is_fraud":true}""", "duplicate_field", "transaction_id" },
        { "id under two names", """{"id":"a","transaction_id":"a","is_fraud":true}""", "duplicate_field", "transaction_id" },
        { "card number", """{"transaction_id":"a","card_id":"4111111111111111","is_fraud":true}""", "invalid_field", "card_id" },
        { "card under two names", """{"card_id":"a","customer_id":"b","transaction_id":"a","is_fraud":true}""", "duplicate_field", "card_id" },
        { "terminal as an array", """{"transaction_id":"a","terminal_id":["t"],"is_fraud":true}""", "invalid_field", "terminal_id" },
        { "terminal twice", """{"transaction_id":"a","terminal_id":"t","terminal_id":"t","is_fraud":true}""", "duplicate_field", "terminal_id" },
        { "merchant that is none", """{"transaction_id":"a","merchant_id":{},"terminal_id":"t","is_fraud":true}""", "invalid_field", "merchant_id" },
        { "time without a zone", """{"transaction_id":"a","event_time":"2024-05-17T12:00:00","is_fraud":true}""", "invalid_field", "event_time" },
        { "time negative", """{"transaction_id":"a","event_time":-1,"is_fraud":true}""", "invalid_field", "event_time" },
        { "time two days ahead", """{"transaction_id":"a","event_time":"2024-05-19T12:00:00Z","is_fraud":true}""", "invalid_field", "event_time" },
        { "time twice", """{"transaction_id":"a","event_time":1,"timestamp":1,"is_fraud":true}""", "duplicate_field", "event_time" },
        { "flag as text", """{"transaction_id":"a","is_fraud":"true"}""", "invalid_field", "is_fraud" },
        { "flag null", """{"transaction_id":"a","is_fraud":null}""", "missing_field", "is_fraud" },
        { "flag 2", """{"transaction_id":"a","is_fraud":2}""", "invalid_field", "is_fraud" },
        { "flag 1.0", """{"transaction_id":"a","is_fraud":1.0}""", "invalid_field", "is_fraud" },
        { "flag as an array", """{"transaction_id":"a","is_fraud":[true]}""", "invalid_field", "is_fraud" },
        { "flag twice", """{"transaction_id":"a","is_fraud":true,"is_fraud":false}""", "duplicate_field", "is_fraud" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void TryRead_BadLabel_NamesTheField(string name, string json, string reason, string field)
    {
        var read = Reader.TryRead(Encoding.UTF8.GetBytes(json), out var label, out var error);

        Assert.False(read, name);
        Assert.Equal((reason, field), (error.Reason, error.Field));
        Assert.StartsWith($"{field}: expected ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("4111", error.Message, StringComparison.Ordinal);
        Assert.Equal(default, label);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("1", true)]
    [InlineData("0", false)]
    public void TryRead_Flag_IsTakenAsBooleanOrDigit(string flag, bool fraud) =>
        Assert.Equal(fraud, Read($$"""{"transaction_id":"a","is_fraud":{{flag}}}""").IsFraud);

    [Fact]
    public void TryRead_AllFields_FillsTheLabel() =>
        Assert.Equal(
            new Label(ShortText.From("é"), ShortText.From("c"), ShortText.From("7"), 1_715_946_300_000, true),
            Read("""{"is_fraud":1,"transaction_id":"\u00e9","card_id":"c","terminal_id":7,"event_time":"2024-05-17T11:45:00Z"}"""));

    [Fact]
    public void TryRead_OtherNames_FillTheSameFields() =>
        Assert.Equal(
            Read("""{"transaction_id":"a","card_id":"c","terminal_id":"t","event_time":1,"is_fraud":true}"""),
            Read("""{"id":"a","customer_id":"c","merchant_id":"t","timestamp":1,"is_fraud":true}"""));

    [Fact]
    public void TryRead_NullsMarkAndBlanks_AreAsInPayments() =>
        Assert.Equal(
            Read("""{"transaction_id":"a","terminal_id":"m","is_fraud":true}"""),
            Read("\uFEFF{\"transaction_id\":\" a \",\"card_id\":null,\"terminal_id\":null,\"merchant_id\":\"m \",\"event_time\":null,\"is_fraud\":null,\"is_fraud\":true}"));

    [Fact]
    public void TryRead_FieldsOfAPayment_AreNotItsBusiness() =>
        Assert.True(Read("""{"amount":"none","V1":[],"V1":{},"currency":null,"transaction_id":"a","is_fraud":true,"x":{"is_fraud":7}}""").IsFraud);

    [Fact]
    public void TryRead_NothingButIdAndFlag_LeavesTheRestEmpty()
    {
        var label = Read("""{"transaction_id":"a","is_fraud":true}""");

        Assert.True(label.CardId.IsEmpty && label.TerminalId.IsEmpty);
        Assert.Equal(0, label.EventTimeMs);
    }

    [Fact]
    public void TryRead_NarrowerLimits_AreHeld()
    {
        var reader = new LabelReader(new TransactionLimits { MaxIdLength = 3 }, Guards.New(), new FixedTime());

        Assert.True(reader.TryRead("""{"transaction_id":"abc","is_fraud":true}"""u8, out _, out _));
        Assert.False(reader.TryRead("""{"transaction_id":"abcd","is_fraud":true}"""u8, out _, out var error));
        Assert.Contains("at most 3 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryRead_MutatedLabels_NeverThrows()
    {
        var random = new Random(11);
        var good = """{"transaction_id":"a\u00e9","card_id":"b","event_time":"2024-05-17T11:45:00Z","is_fraud":true,"x":[{}]}"""u8.ToArray();
        var refused = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var json = good.AsSpan(0, random.Next(10) == 0 ? random.Next(good.Length) : good.Length).ToArray();
            for (var changes = random.Next(4); changes >= 0 && json.Length > 0; changes--)
            {
                json[random.Next(json.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : "{}[]\",:0e-\\"[random.Next(11)]);
            }

            if (!Reader.TryRead(json, out _, out var error))
            {
                refused++;
                Assert.NotEmpty(error.Field);
            }
        }

        Assert.True(refused > 10_000);
    }

    private static Label Read(string json)
    {
        Assert.True(Reader.TryRead(Encoding.UTF8.GetBytes(json), out var label, out var error), error.Message);
        return label;
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
