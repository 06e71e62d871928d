using System.Globalization;
using System.Text;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Ingest;

/// <summary>Records that are no payments: each becomes a dead letter and holds up nobody.</summary>
public sealed class BadRecordTests(BadRecordTests.Run run) : IClassFixture<BadRecordTests.Run>
{
    private const string CardNumber = "4111111111111111";

    private static readonly Dictionary<string, BadRecord> Cases = new(StringComparer.Ordinal)
    {
        ["tombstone"] = new(null, "invalid_json", "body"),
        ["empty value"] = new([], "invalid_json", "body"),
        ["white space"] = Text("  \n", "invalid_json", "body"),
        ["not JSON"] = Text("transaction_id=1;amount=2", "invalid_json", "body"),
        ["cut off"] = Text("""{"transaction_id":"a","amount":1""", "invalid_json", "body"),
        ["array instead of object"] = Text("""[{"transaction_id":"a","amount":1}]""", "invalid_json", "body"),
        ["string instead of object"] = Text("\"payment\"", "invalid_json", "body"),
        ["number instead of object"] = Text("12", "invalid_json", "body"),
        ["null instead of object"] = Text("null", "invalid_json", "body"),
        ["trailing garbage"] = Text("""{"transaction_id":"a","amount":1} x""", "invalid_json", "body"),
        ["two objects"] = Text("""{"transaction_id":"a","amount":1}{"transaction_id":"b","amount":1}""", "invalid_json", "body"),
        ["trailing comma"] = Text("""{"transaction_id":"a","amount":1,}""", "invalid_json", "body"),
        ["comment"] = Text("""{"transaction_id":"a"/* c */,"amount":1}""", "invalid_json", "body"),
        ["deep JSON"] = Text($$"""{"x":{{new string('[', 5_000)}}{{new string(']', 5_000)}},"amount":1}""", "invalid_json", "body"),
        ["invalid UTF-8 in a name"] = new([.. "{\""u8, 0xC3, 0x28, .. "\":1,\"amount\":}"u8], "invalid_json", "body"),
        ["invalid UTF-8 in a value"] = new([.. "{\"card_id\":\""u8, 0xFF, 0xFE, .. "\",\"amount\":1}"u8], "invalid_field", "card_id"),
        ["byte order mark of UTF-16"] = new(Encoding.Unicode.GetPreamble(), "invalid_json", "body"),
        ["binary"] = new([0, 1, 2, 3, 0xFF], "invalid_json", "body"),
        ["over 1 MB"] = Text($$"""{"transaction_id":"a","amount":1,"x":"{{new string('x', 1_100_000)}}"}""", "too_large", "body"),
        ["amount missing"] = Text("""{"transaction_id":"a","card_id":"c"}""", "missing_field", "amount"),
        ["amount as text"] = Text("""{"transaction_id":"a","amount":"12.50"}""", "invalid_field", "amount"),
        ["amount null"] = Text("""{"transaction_id":"a","amount":null}""", "missing_field", "amount"),
        ["clock that was never set"] = Text("""{"transaction_id":"a","amount":1,"event_time":0}""", "invalid_field", "event_time"),
        ["amount true"] = Text("""{"transaction_id":"a","amount":true}""", "invalid_field", "amount"),
        ["amount an object"] = Text("""{"transaction_id":"a","amount":{"value":1}}""", "invalid_field", "amount"),
        ["amount NaN"] = Text("""{"transaction_id":"a","amount":NaN}""", "invalid_json", "body"),
        ["amount NaN as text"] = Text("""{"transaction_id":"a","amount":"NaN"}""", "invalid_field", "amount"),
        ["amount infinite"] = Text("""{"transaction_id":"a","amount":-Infinity}""", "invalid_json", "body"),
        ["amount negative"] = Text("""{"transaction_id":"a","amount":-1.50}""", "invalid_field", "amount"),
        ["amount huge"] = Text("""{"transaction_id":"a","amount":1e300}""", "invalid_field", "amount"),
        ["amount beyond every number"] = Text($$"""{"transaction_id":"a","amount":{{new string('9', 400)}}}""", "invalid_field", "amount"),
        ["amount above the limit"] = Text("""{"transaction_id":"a","amount":99999999999999}""", "invalid_field", "amount"),
        ["amount with three decimals"] = Text("""{"transaction_id":"a","amount":1.005,"currency":"EUR"}""", "invalid_field", "amount"),
        ["yen with decimals"] = Text("""{"transaction_id":"a","amount":100.5,"currency":"JPY"}""", "invalid_field", "amount"),
        ["unknown currency"] = Text("""{"transaction_id":"a","amount":1,"currency":"euro"}""", "invalid_field", "currency"),
        ["currency a number"] = Text("""{"transaction_id":"a","amount":1,"currency":978}""", "invalid_field", "currency"),
        ["far future"] = Text("""{"transaction_id":"a","amount":1,"event_time":"2999-01-01T00:00:00Z"}""", "invalid_field", "event_time"),
        ["time without zone"] = Text("""{"transaction_id":"a","amount":1,"event_time":"2024-01-01T00:00:00"}""", "invalid_field", "event_time"),
        ["time negative"] = Text("""{"transaction_id":"a","amount":1,"event_time":-5}""", "invalid_field", "event_time"),
        ["duplicate field"] = Text("""{"transaction_id":"a","amount":1,"amount":2}""", "duplicate_field", "amount"),
        ["one field under two names"] = Text("""{"transaction_id":"a","id":"b","amount":1}""", "duplicate_field", "transaction_id"),
        ["id empty"] = Text("""{"transaction_id":"","amount":1}""", "invalid_field", "transaction_id"),
        ["id too long"] = Text($$"""{"transaction_id":"{{new string('i', 500)}}","amount":1}""", "invalid_field", "transaction_id"),
        ["id a fraction"] = Text("""{"transaction_id":1.5,"amount":1}""", "invalid_field", "transaction_id"),
        ["id with a control character"] = Text("""{"transaction_id":"a\u0000b","amount":1}""", "invalid_field", "transaction_id"),
        ["lone surrogate"] = Text("""{"terminal_id":"\ud800","amount":1}""", "invalid_field", "terminal_id"),
        ["lone surrogate in a name"] = Text("""{"\ud800":1,"amount":-1}""", "invalid_field", "amount"),
        ["lone surrogate in a time"] = Text("""{"amount":1,"event_time":"2024-05-17T11:45:00\ud800Z"}""", "invalid_field", "event_time"),
        ["card number"] = Text($$"""{"card_id":"{{CardNumber}}","amount":1}""", "invalid_field", "card_id"),
        ["card number and a wrong amount"] = Text($$"""{"amount":"{{CardNumber}}"}""", "invalid_field", "amount"),
        ["29 features"] = Text($$"""{"features":[{{string.Join(',', Enumerable.Repeat(1, 29))}}]}""", "invalid_field", "features"),
        ["feature too large"] = Text($$"""{"features":[{{string.Join(',', Enumerable.Repeat("1e39", 30))}}]}""", "invalid_field", "features"),
        ["column missing"] = Text("""{"Time":1,"V1":2,"Amount":3}""", "missing_field", "V2"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_BadRecord_BecomesADeadLetterAsItCameButForCardNumbers(string name)
    {
        var (value, reason, field) = Cases[name];
        var offset = run.OffsetOf(name);

        var letter = Assert.Single(run.Letters, message => Topics.Header(message, "origin.offset") == offset);

        Assert.Equal(
            (reason, field, Topics.Transactions, "0"),
            (Topics.Header(letter, "reason"), Topics.Header(letter, "field"), Topics.Header(letter, "origin.topic"),
                Topics.Header(letter, "origin.partition")));
        Assert.StartsWith($"{field}: expected ", Topics.Header(letter, "error"), StringComparison.Ordinal);
        Assert.Equal(
            Encoding.Latin1.GetString(value ?? []).Replace(CardNumber, new string('*', CardNumber.Length), StringComparison.Ordinal),
            Encoding.Latin1.GetString(letter.Value ?? []));
        Assert.Equal(name, Encoding.UTF8.GetString(letter.Key));
        Assert.All(letter.Headers, header => Assert.DoesNotContain(
            CardNumber, Encoding.UTF8.GetString(header.GetValueBytes()), StringComparison.Ordinal));
    }

    [Fact]
    public void Read_GoodRecordBehindEachBadOne_IsScored()
    {
        Assert.Equal(Cases.Keys.Select(static (_, i) => Run.GoodId(i)), run.Stored.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_BadRecords_TheOffsetMovesPastThem() => Assert.Equal(2 * Cases.Count, run.NextOffset);

    private static BadRecord Text(string value, string reason, string field) => new(Encoding.UTF8.GetBytes(value), reason, field);

    internal sealed record BadRecord(byte[]? Value, string Reason, string Field);

    /// <summary>One graph reads them all, each with a good record behind it.</summary>
    public sealed class Run : IAsyncLifetime
    {
        private readonly TempFolder _folder = new();
        private readonly Topics _topics = new(partitions: 1);
        private GraphHost? _host;
        private HookedStore? _store;

        internal IReadOnlyList<Confluent.Kafka.Message<byte[], byte[]>> Letters { get; private set; } = [];

        internal IReadOnlyList<string> Stored { get; private set; } = [];

        internal long NextOffset { get; private set; }

        internal static string GoodId(int number) => string.Create(CultureInfo.InvariantCulture, $"good-{number:00}");

        internal string OffsetOf(string name) =>
            (2 * Cases.Keys.ToList().IndexOf(name)).ToString(CultureInfo.InvariantCulture);

        public async Task InitializeAsync()
        {
            _store = GraphHost.Sqlite(_folder);
            _host = await new GraphHost(_topics, _store, ("Kafka:Partitions", "1")).Start();
            foreach (var (number, name) in Cases.Keys.Index())
            {
                _topics.Send(Topics.Transactions, name, Cases[name].Value);
                _topics.Send(Topics.Transactions, "card", Topics.Payment(GoodId(number), "card"));
            }

            _topics.Flush();
            await Poll.Until(() => _store.Count().Results == Cases.Count && _store.HasSentAll());
            Letters = _topics.Read(Topics.DeadLetters, Cases.Count);
            Stored = [.. _store.StoredIds()];
            NextOffset = _store.ReadOffsets(Topics.Transactions)[0];
        }

        public async Task DisposeAsync()
        {
            await _host!.DisposeAsync();
            _store!.Dispose();
            _topics.Dispose();
            _folder.Dispose();
        }
    }
}
