using System.Text;
using Fraud.Model.CardNumbers;
using Fraud.Model;
using Fraud.Model.Decoding;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.Decoding;

public sealed class TransactionReaderTests
{
    private const string ThirtyNumbers = "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30";

    private static readonly DateTimeOffset Now = new(2024, 5, 17, 12, 0, 0, TimeSpan.Zero);
    private static readonly TransactionReader Reader = new(new TransactionLimits(), Guards.New(), new FixedTime());

    /// <summary>Name, JSON, and of the first error its reason and field.</summary>
    public static TheoryData<string, string, string, string> Refused => new()
    {
        { "empty body", "", "invalid_json", "body" },
        { "blank body", "  \n", "invalid_json", "body" },
        { "no JSON", "hello", "invalid_json", "body" },
        { "cut short", """{"amount":1""", "invalid_json", "body" },
        { "cut in a name", """{"amo""", "invalid_json", "body" },
        { "array", "[]", "invalid_json", "body" },
        { "string", "\"amount\"", "invalid_json", "body" },
        { "number", "1", "invalid_json", "body" },
        { "null", "null", "invalid_json", "body" },
        { "text after the object", """{"amount":1} x""", "invalid_json", "body" },
        { "two objects", """{"amount":1}{"amount":1}""", "invalid_json", "body" },
        { "trailing comma", """{"amount":1,}""", "invalid_json", "body" },
        { "comment", """{"amount":1/*one*/}""", "invalid_json", "body" },
        { "single quotes", "{'amount':1}", "invalid_json", "body" },
        { "NaN", """{"amount":NaN}""", "invalid_json", "body" },
        { "Infinity", """{"amount":-Infinity}""", "invalid_json", "body" },
        { "leading zero", """{"amount":01}""", "invalid_json", "body" },
        { "too deep", """{"amount":1,"x":""" + new string('[', 40) + new string(']', 40) + "}", "invalid_json", "body" },
        { "no amount", "{}", "missing_field", "amount" },
        { "no amount but others", """{"card_id":"a","event_time":1}""", "missing_field", "amount" },
        { "amount as text", """{"amount":"12.50"}""", "invalid_field", "amount" },
        { "amount null", """{"amount":null}""", "missing_field", "amount" },
        { "amount true", """{"amount":true}""", "invalid_field", "amount" },
        { "amount object", """{"amount":{}}""", "invalid_field", "amount" },
        { "amount negative", """{"amount":-0.01}""", "invalid_field", "amount" },
        { "amount too large", """{"amount":10000000000.01}""", "invalid_field", "amount" },
        { "amount beyond a decimal", """{"amount":1e300}""", "invalid_field", "amount" },
        { "amount of 1,000 digits", """{"amount":""" + new string('9', 1_000) + "}", "invalid_field", "amount" },
        { "amount with half a cent", """{"amount":1.005}""", "invalid_field", "amount" },
        { "half a yen", """{"amount":1.5,"currency":"JPY"}""", "invalid_field", "amount" },
        { "amount twice", """{"amount":1,"amount":1}""", "duplicate_field", "amount" },
        { "customer under two names", """{"amount":1,"user_id":"a","customer_id":"a"}""", "duplicate_field", "customer_id" },
        { "card number for a customer", """{"amount":1,"card_id":"a","customer_id":"4111111111111111"}""", "invalid_field", "customer_id" },
        { "id twice", """{"amount":1,"id":"a","transaction_id":"a"}""", "duplicate_field", "transaction_id" },
        { "id empty", """{"amount":1,"transaction_id":""}""", "invalid_field", "transaction_id" },
        { "id of blanks", """{"amount":1,"transaction_id":"   "}""", "invalid_field", "transaction_id" },
        { "merchant that is none, beside a terminal", """{"amount":1,"terminal_id":"a","merchant_id":[]}""", "invalid_field", "merchant_id" },
        { "merchant twice", """{"amount":1,"merchant_id":"a","merchant_id":"a"}""", "duplicate_field", "merchant_id" },
        { "id fractional", """{"amount":1,"transaction_id":1.5}""", "invalid_field", "transaction_id" },
        { "id negative", """{"amount":1,"transaction_id":-5}""", "invalid_field", "transaction_id" },
        { "id with an exponent", """{"amount":1,"transaction_id":1e3}""", "invalid_field", "transaction_id" },
        { "id of 64 bytes", """{"amount":1,"transaction_id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", "invalid_field", "transaction_id" },
        { "id of 400 bytes", $$"""{"amount":1,"transaction_id":"{{new string('a', 400)}}"}""", "invalid_field", "transaction_id" },
        { "id with a control character", """{"amount":1,"transaction_id":"a\u0000b"}""", "invalid_field", "transaction_id" },
        { "id with half a surrogate", """{"amount":1,"transaction_id":"\ud800"}""", "invalid_field", "transaction_id" },
        { "time with half a surrogate", """{"amount":1,"event_time":"2024-05-17T11:45:00\ud800Z"}""", "invalid_field", "event_time" },
        { "card number", """{"amount":1,"card_id":"4111111111111111"}""", "invalid_field", "card_id" },
        { "card number as a number", """{"amount":1,"card_id":4111111111111111}""", "invalid_field", "card_id" },
        { "terminal as an array", """{"amount":1,"terminal_id":["a"]}""", "invalid_field", "terminal_id" },
        { "currency in small letters", """{"amount":1,"currency":"eur"}""", "invalid_field", "currency" },
        { "currency of four letters", """{"amount":1,"currency":"EURO"}""", "invalid_field", "currency" },
        { "currency as a number", """{"amount":1,"currency":978}""", "invalid_field", "currency" },
        { "time without a zone", """{"amount":1,"event_time":"2024-05-17T12:00:00"}""", "invalid_field", "event_time" },
        { "time as a word", """{"amount":1,"event_time":"today"}""", "invalid_field", "event_time" },
        { "time negative", """{"amount":1,"event_time":-1}""", "invalid_field", "event_time" },
        { "time before 1970", """{"amount":1,"event_time":"1969-12-31T23:59:59Z"}""", "invalid_field", "event_time" },
        { "time of a clock that was never set", """{"amount":1,"event_time":0}""", "invalid_field", "event_time" },
        { "time below a millisecond", """{"amount":1,"event_time":0.0009}""", "invalid_field", "event_time" },
        { "time of a clock that was never set, as text", """{"amount":1,"event_time":"1970-01-01T00:00:00Z"}""", "invalid_field", "event_time" },
        { "time with a blank and no zone", """{"amount":1,"event_time":"2024-05-17 12:00:00"}""", "invalid_field", "event_time" },
        { "time with two blanks", """{"amount":1,"event_time":"2024-05-17  12:00:00Z"}""", "invalid_field", "event_time" },
        { "date alone", """{"amount":1,"event_time":"2024-05-17"}""", "invalid_field", "event_time" },
        { "time after the last year", """{"amount":1,"event_time":1e20}""", "invalid_field", "event_time" },
        { "time two days ahead", """{"amount":1,"event_time":"2024-05-19T12:00:00Z"}""", "invalid_field", "event_time" },
        { "source as a number", """{"amount":1,"source":7}""", "invalid_field", "source" },
        { "29 features", $$"""{"features":[{{ThirtyNumbers[..^3]}}]}""", "invalid_field", "features" },
        { "31 features", $$"""{"features":[{{ThirtyNumbers}},31]}""", "invalid_field", "features" },
        { "feature as text", $$"""{"features":["1"{{ThirtyNumbers[1..]}}]}""", "invalid_field", "features" },
        { "feature beyond a float", $$"""{"features":[1e39{{ThirtyNumbers[1..]}}]}""", "invalid_field", "features" },
        { "features as an object", """{"features":{"V1":1}}""", "invalid_field", "features" },
        { "one column only", """{"V1":1,"amount":1}""", "missing_field", "Time" },
        { "column null", """{"V1":null}""", "missing_field", "amount" },
        { "one column of several null", """{"V1":null,"V2":1}""", "missing_field", "Time" },
        { "a mark in the middle", "{\uFEFF\"amount\":1}", "invalid_json", "body" },
        { "column twice", """{"V1":1,"V1":1}""", "duplicate_field", "V1" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void TryRead_BadPayment_NamesTheField(string name, string json, string reason, string field)
    {
        var read = Reader.TryRead(Encoding.UTF8.GetBytes(json), new Transaction(), out var error);

        Assert.False(read, name);
        Assert.Equal((reason, field), (error.Reason, error.Field));
        Assert.StartsWith($"{field}: expected ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("whole units", """{"amount":12}""", 1_200)]
    [InlineData("cents", """{"amount":12.34}""", 1_234)]
    [InlineData("zeros after the cents", """{"amount":12.3400}""", 1_234)]
    [InlineData("exponent", """{"amount":1.234e1}""", 1_234)]
    [InlineData("zero", """{"amount":0}""", 0)]
    [InlineData("largest", """{"amount":10000000000}""", 1_000_000_000_000)]
    [InlineData("yen", """{"amount":500,"currency":"JPY"}""", 500)]
    [InlineData("dinar", """{"currency":"KWD","amount":1.234}""", 1_234)]
    [InlineData("unknown fields", """{"x":{"amount":[{}]},"amount":1,"y":null}""", 100)]
    [InlineData("escaped name", """{"\u0061mount":1}""", 100)]
    [InlineData("name that is no text", """{"\ud800":1,"amount":1,"\ud800x":{"\udc00":1}}""", 100)]
    public void TryRead_Amount_IsExactInMinorUnits(string name, string json, long minor)
    {
        var payment = Read(json);

        Assert.True(payment.AmountMinor == minor, name);
    }

    [Theory]
    [InlineData("1715946300", 1_715_946_300_000)]
    [InlineData("1715946300.25", 1_715_946_300_250)]
    [InlineData("1715946300250", 1_715_946_300_250)]
    [InlineData("\"2024-05-17T11:45:00Z\"", 1_715_946_300_000)]
    [InlineData("\"2024-05-17T13:45:00.25+02:00\"", 1_715_946_300_250)]
    [InlineData("\"2024-05-17 11:45:00+00:00\"", 1_715_946_300_000)]
    [InlineData("\"2024-05-17 13:45:00.250000+02:00\"", 1_715_946_300_250)]
    [InlineData("0.4", 400)]
    [InlineData("0.001", 1)]
    public void TryRead_EventTime_IsMilliseconds(string time, long unixMs)
    {
        Assert.Equal(unixMs, Read($$"""{"amount":1,"event_time":{{time}}}""").EventTimeMs);
    }

    [Theory]
    [InlineData("""{"amount":1,"customer_id":"c"}""", "c")]
    [InlineData("""{"amount":1,"user_id":7}""", "7")]
    [InlineData("""{"amount":1,"customer_id":"c","card_id":"k"}""", "k")]
    [InlineData("""{"amount":1,"card_id":"k","customer_id":"c"}""", "k")]
    public void TryRead_Customer_StandsForTheCardWhereNoneIsNamed(string json, string card) =>
        Assert.Equal(card, Read(json).CardId.ToString());

    [Theory]
    [InlineData("""{"amount":1,"merchant_id":"m"}""", "m")]
    [InlineData("""{"amount":1,"merchant_id":"m","terminal_id":"t"}""", "t")]
    [InlineData("""{"amount":1,"terminal_id":"t","merchant_id":"m"}""", "t")]
    [InlineData("""{"amount":1,"terminal_id":null,"merchant_id":"m"}""", "m")]
    public void TryRead_Merchant_StandsForTheTerminalWhereNoneIsNamed(string json, string terminal) =>
        Assert.Equal(terminal, Read(json).TerminalId.ToString());

    [Fact]
    public void TryRead_Nulls_AreAsGoodAsLeftOut()
    {
        var payment = Read("""
            {"transaction_id":null,"id":"a","card_id":null,"customer_id":null,"user_id":"u","terminal_id":null,"merchant_id":null,"amount":1,
             "currency":null,"event_time":null,"timestamp":null,"source":null,"features":null,"Time":null,"V1":null,"Amount":null}
            """);

        Assert.Equal(("a", "u", "EUR"), (payment.Id.ToString(), payment.CardId.ToString(), payment.Currency.ToString()));
        Assert.True(payment.TerminalId.IsEmpty && payment.Source.IsEmpty && !payment.HasPayload && payment.EventTimeMs == 0);
        Assert.Equal(
            FieldGaps.TerminalId | FieldGaps.Source | FieldGaps.Currency | FieldGaps.EventTime, payment.Gaps);
    }

    [Fact]
    public void TryRead_BlanksAroundIds_AreNoPartOfThem()
    {
        var payment = Read("""{"transaction_id":" a b ","card_id":"17  ","terminal_id":"  t","source":" pos ","amount":1}""");

        Assert.Equal(
            ("a b", "17", "t", "pos"), (payment.Id.ToString(), payment.CardId.ToString(), payment.TerminalId.ToString(), payment.Source.ToString()));
    }

    [Fact]
    public void TryRead_PaddedToMoreThanThereIsRoomFor_CountsWhatIsLeft() =>
        Assert.Equal(63, Read($$"""{"amount":1,"card_id":"{{new string('a', 63)}}{{new string(' ', 60)}}"}""").CardId.Length);

    [Fact]
    public void TryRead_ByteOrderMark_IsPassedOver()
    {
        var payment = new Transaction();

        Assert.True(Reader.TryRead([0xEF, 0xBB, 0xBF, .. """{"amount":1}"""u8], payment, out _));
        Assert.Equal(100, payment.AmountMinor);
        Assert.False(Reader.TryRead([0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF, .. """{"amount":1}"""u8], payment, out _));
    }

    [Fact]
    public void TryRead_OtherNames_FillTheSameFields()
    {
        var payment = Read("""{"id":7,"customer_id":"c","merchant_id":"m","timestamp":1,"amount":1,"source":"pos"}""");

        Assert.Equal(
            ("7", "c", "m", 1_000, "pos"),
            (payment.Id.ToString(), payment.CardId.ToString(), payment.TerminalId.ToString(), payment.EventTimeMs, payment.Source.ToString()));
    }

    [Fact]
    public void TryRead_ThirtyColumns_FillThePayload()
    {
        var columns = string.Join(',', PayloadColumns.Names.Select(static (name, i) => $"\"{name}\":{i + 1}"));

        Assert.Equal(Read($$"""{"features":[{{ThirtyNumbers}}]}""").Payload, Read($$"""{{{columns}}}""").Payload);
    }

    [Fact]
    public void TryRead_CardNumbersAllowed_TakesOne()
    {
        var reader = new TransactionReader(new TransactionLimits(), CardNumberGuard.Off, new FixedTime());
        var payment = new Transaction();

        Assert.True(reader.TryRead("""{"amount":1,"card_id":"4111111111111111"}"""u8, payment, out _));
        Assert.Equal("4111111111111111", payment.CardId.ToString());
    }

    [Fact]
    public void TryRead_UsedTransaction_KeepsNothingOfTheLast()
    {
        var payment = Read($$"""{"id":"a","card_id":"b","terminal_id":"c","source":"d","event_time":1,"features":[{{ThirtyNumbers}}]}""");

        Assert.True(Reader.TryRead("""{"amount":1}"""u8, payment, out _));

        Assert.True(payment.Id.IsEmpty && payment.CardId.IsEmpty && payment.TerminalId.IsEmpty && payment.Source.IsEmpty);
        Assert.False(payment.HasPayload);
        Assert.Equal(0, payment.EventTimeMs);
    }

    [Fact]
    public void TryRead_BadUtf8InAnId_IsRefused()
    {
        byte[] json = [.. """{"amount":1,"transaction_id":"""u8, (byte)'"', 0xC3, 0x28, (byte)'"', (byte)'}'];

        Assert.False(Reader.TryRead(json, new Transaction(), out var error));
        Assert.Contains(error.Field, (string[])["transaction_id", "body"]);
    }

    [Fact]
    public void TryRead_MutatedPayments_NeverThrows()
    {
        var random = new Random(7);
        var payment = new Transaction();
        var good = Encoding.UTF8.GetBytes(
            $$"""{"transaction_id":"a\u00e9","card_id":"b","currency":"EUR","amount":1.25,"event_time":"2024-05-17T11:45:00Z","V1":1,"features":[{{ThirtyNumbers}}],"x":[{}]}""");
        var refused = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var json = good.AsSpan(0, random.Next(10) == 0 ? random.Next(good.Length) : good.Length).ToArray();
            for (var changes = random.Next(4); changes >= 0 && json.Length > 0; changes--)
            {
                json[random.Next(json.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : "{}[]\",:0e-\\"[random.Next(11)]);
            }

            if (!Reader.TryRead(json, payment, out var error))
            {
                refused++;
                Assert.NotEmpty(error.Field);
            }
        }

        Assert.True(refused > 10_000);
    }

    [Fact]
    public void TryRead_GoodPayment_AllocatesNothing()
    {
        var json = Encoding.UTF8.GetBytes(
            $$"""{"transaction_id":"a","card_id":"b","terminal_id":"c","currency":"EUR","amount":1.25,"event_time":1715946300,"features":[{{ThirtyNumbers}}]}""");
        var payment = new Transaction();
        for (var i = 0; i < 1_000; i++)
        {
            Reader.TryRead(json, payment, out _);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            Reader.TryRead(json, payment, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Transaction Read(string json)
    {
        var payment = new Transaction();
        Assert.True(Reader.TryRead(Encoding.UTF8.GetBytes(json), payment, out var error), error.Message);
        return payment;
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
