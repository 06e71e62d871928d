using System.Globalization;
using System.Text;
using Fraud.Model;
using Fraud.Model.History;
using Fraud.Stream.Audit;
using Fraud.Stream.Batching;
using Fraud.Stream.Cases;
using Fraud.Stream.Keys;
using Fraud.Stream.Registry;
using Fraud.Stream.Shadow;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Stream.Webhooks;
using Fraud.Tests.Stream.Support;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.CardNumbers.Scan;

/// <summary>A store with card numbers in every place that takes a text, written as a service did that let them in.</summary>
internal static class FilledStore
{
    public const int Shards = 4;
    public const string Topic = "transactions";

    public const string Payment = "4111111111111111-7";
    public const string Card = "5500005555555559";
    public const string Terminal = "pos 378282246310005";
    public const string Waiting = "6011000990139424";
    public const string Event = "stripe-evt_4012888888881881";

    /// <summary>Digits that no byte of the store may hold afterwards.</summary>
    public static string[] Numbers { get; } =
    [
        "4111111111111111", "5500005555555559", "378282246310005", "6011000990139424", "4012888888881881", "4222222222222220", "3530111333300000",
    ];

    /// <summary>SQL of an alert and a dead letter in the outbox of an earlier version.</summary>
    /// <param name="bytes">A literal of hexadecimal digits.</param>
    public static string Unsent(Func<string, string> bytes)
    {
        return Insert(
                1, "alert-" + Payment, Card,
                $$"""{"alert_id":"alert-{{Payment}}","transaction_id":"{{Payment}}","card_id":"{{Card}}","terminal_id":"{{Terminal}}","amount":12.34}""",
                $$"""{"alert_id":"alert-{{Payment}}"}""")
            + Insert(
                2, "transactions-0-41", "4222222222222220", """{"transaction_id":"4222 2222 2222 2220","amount":-1}""",
                """{"reason":"invalid_field","error":"amount near 4222222222222220"}""");

        string Insert(int kind, string source, string key, string value, string headers) => string.Create(
            CultureInfo.InvariantCulture,
            $"INSERT INTO outbox (shard, kind, source, key, value, headers) VALUES (0, {kind}, '{source}', {Hex(key)}, {Hex(value)}, '{headers}');");

        string Hex(string text) => bytes(Convert.ToHexString(Encoding.UTF8.GetBytes(text)));
    }

    public static int ShardOf(string card) => new Fraud.Stream.State.ShardRouter(Shards).ShardOf(Encoding.UTF8.GetBytes(card));

    public static void Fill(IFraudStore store)
    {
        store.Open();
        var owned = store.OwnAll(Shards);
        var shard = ShardOf(Card);
        var flagged = Paid(Payment, decision: Decision.Block, card: Card, terminal: Terminal, reasons: ["amount near 4222 2222 2222 2220"], shard: shard);
        flagged.Transaction.Source = ShortText.From("web 3530111333300000");
        var letter = Undecodable(shard, 41);
        letter.DeadLetter = new DeadLetter(
            "4222222222222220"u8.ToArray(), """{"transaction_id":"4222 2222 2222 2220","amount":-1}"""u8.ToArray(), "invalid_field", "amount near 4222222222222220");
        owned.Commit(FromHttp(flagged, Paid("plain", shard: shard), letter));
        owned.Commit(FromHttp(Paid("second", card: Card, terminal: Terminal, at: July.AddHours(1), shard: shard)));
        store.CommitLabels("labels", -1, 0,
        [
            new Label(ShortText.From(Payment), ShortText.From(Card), ShortText.From(Terminal), July.ToUnixTimeMilliseconds(), true),
            new Label(ShortText.From(Waiting), default, default, 0, true),
        ]);
        Assert.Equal(CaseOutcome.Changed, store.Cases.Change(new CaseUpdate(ShortText.From(Payment), CaseStatus.Investigated, "called 4222 2222 2222 2220", "ann")).Outcome);
        Assert.Equal(CaseOutcome.Changed, store.Cases.Change(new CaseUpdate(ShortText.From(Payment), CaseStatus.Fraud, null, "ann")).Outcome);
        new ShadowQueries(store.Database).Add(
            [new ShadowScore(ShortText.From(Payment), new ScoredBy("payments", "2", 0.5f, 0.9f), 0.5f, Decision.Block, new ScoredBy("payments", "1", 0.5f, 0.9f), 0.25f, Decision.Approve, false, 1_000)],
            new ShadowRetention(1_000_000, 0));
        new WebhookQueries(store.Database, TimeProvider.System).Remember(Event);
        new AuditQueries(store.Database).Append(new AuditEntry(0, 1, "ann", "case changed", Payment, "done", "note 4222222222222220"));
        new KeyQueries(store.Database).Add(
            new StoredKey("k1", "key of 4222222222222220", Scopes.Score, [1, 2, 3], 1, null, null), new AuditEntry(0, 1, "ann", "key created", "k1", "done", ""));
        new ModelQueries(store.Database).AddModel(new StoredModel("m", 1, "trained for 3530 1113 3330 0000"), new AuditEntry(0, 1, "ann", "model created", "m", "done", ""));
        Snapshot(store, owned, shard);
    }

    /// <summary>Histories up to the first page, as a service stores them.</summary>
    private static void Snapshot(IFraudStore store, OwnedShards owned, int shard)
    {
        var profile = new Profile(new ProfileOptions(), Shards);
        var cards = profile.NewCards();
        cards.TryReplay(ShortText.From(Card), 1_234, July.ToUnixTimeMilliseconds());
        cards.TryReplay(ShortText.From("card"), 1_234, July.ToUnixTimeMilliseconds());
        var captured = cards.Capture();
        Assert.True(store.SaveCards(new CardSnapshot(
            new SnapshotMove(shard, owned.GenerationOf(shard), 0, 1), 0, [.. captured.Changed.Select(static card => new CardState(card.Key, card.Value))], [])));
        profile.Terminals.Add(ShortText.From(Terminal), 1_234, July.ToUnixTimeMilliseconds());
        profile.Terminals.Add(ShortText.From("terminal"), 1_234, July.ToUnixTimeMilliseconds());
        store.SaveTerminals(new TerminalSnapshot(new Dictionary<int, long> { [shard] = 1 }, 0, profile.Terminals.Capture()));
    }
}
