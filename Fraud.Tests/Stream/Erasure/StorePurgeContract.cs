using System.Text;
using System.Text.RegularExpressions;
using Fraud.Model;
using Fraud.Model.CardNumbers;
using Fraud.Model.History;
using Fraud.Stream.Audit;
using Fraud.Stream.Batching;
using Fraud.Stream.CardNumbers.Scan;
using Fraud.Stream.Cases;
using Fraud.Stream.Cluster;
using Fraud.Stream.Erasure;
using Fraud.Stream.Journal;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Erasure;

/// <summary>What is left of a card that was erased, in each database.</summary>
public abstract partial class StorePurgeContract : IDisposable
{
    private const int Shards = 4;
    private const string Topic = "transactions";
    private const string Card = "cust-4711-anna";

    // Begins as the card does, and is another.
    private const string Other = "cust-4711-annabel";

    private static readonly CardTokenKey Key = CardTokenKey.Parse(TestTokenKey.Hex);
    private static readonly int Shard = ShardOf(Card);

    protected abstract StorageOptions Options { get; }

    public virtual void Dispose()
    {
    }

    [Fact]
    public void Purge_Card_IsFoundNowhereAndTheRestIsAsItWas()
    {
        Fill();
        Assert.Matches(Erased(), Dump());

        var report = Purge(Card);

        Assert.Equal(0, report.NotReplaced);
        Assert.DoesNotMatch(Erased(), Dump());
        Assert.Contains(Other, Dump(), StringComparison.Ordinal);
        Assert.Equal(3, Found("transactions", "card_id"));
        Assert.Equal((1, 1, 1), (Found("labels", "card_id"), Found("label_journal", "card_id"), Found("card_states", "card_id")));
        Assert.Equal((1, 1), (Found("cases", "note"), Found("audit", "detail")));
        Assert.Equal(4, Found("journal", "payload"));
        using var store = Open();
        var token = Assert.Single(CardsOf(store).Where(static card => card.StartsWith("erased_", StringComparison.Ordinal)).Distinct());
        Assert.Equal(Shard, ShardOf(token));
        var scored = store.Cases.Find("flagged")!;
        Assert.Equal((token, "terminal", 1_234L, July.ToUnixTimeMilliseconds()), (scored.CardId, scored.TerminalId, scored.AmountMinor, scored.EventTimeMs));
        Assert.Equal($"called {token} twice", scored.Case.Note);
        Assert.Equal(["flagged", "plain", "second"], store.History.Read(0, long.MaxValue, 0, long.MaxValue).Where(row => row.CardId == token).Select(static row => row.TransactionId));
        Assert.Equal(token, store.ReadLabelJournal(0, 10).Single().Change.Label.CardId.ToString());

        long Found(string table, string column) => report.Columns.Single(one => one.Table == table && one.Column == column).Found;
    }

    [Fact]
    public void Purge_Again_FindsNothing()
    {
        Fill();
        Purge(Card);
        var dump = Rows();

        Assert.Equal(0, Purge(Card).Found);
        Assert.Equal(dump, Rows());
    }

    /// <summary>What scores are made of: the erased card's history under its token, and all other cards' and terminals' byte by byte.</summary>
    [Fact]
    public void Purge_Histories_RecoverToTheSameBytesButTheKey()
    {
        Fill();
        var before = Recover(out var terminals);

        Purge(Card);

        var after = Recover(out var since);
        var token = Assert.Single(after.Keys, static card => card.StartsWith("erased_", StringComparison.Ordinal));
        Assert.Equal(before.Keys.Select(card => card == Card ? token : card).Order(StringComparer.Ordinal), after.Keys.Order(StringComparer.Ordinal));
        Assert.All(before, card => Assert.Equal(card.Value, after[card.Key == Card ? token : card.Key]));
        Assert.Equal(terminals, since);
    }

    [Fact]
    public void Purge_Pages_KeepTheirNumbersAndAllButTheCard()
    {
        Fill();
        var before = Pages();

        Purge(Card);

        var after = Pages();
        Assert.Equal(before.Select(static page => (page.Shard, page.Sequence)), after.Select(static page => (page.Shard, page.Sequence)));
        Assert.Equal(Entries(before), Entries(after));
        Assert.Equal(before.Where(static page => page.Shard != Shard).Select(static page => Convert.ToHexString(page.Payload)), after.Where(static page => page.Shard != Shard).Select(static page => Convert.ToHexString(page.Payload)));
    }

    /// <summary>Half under one token and half under another would be two cards.</summary>
    [Fact]
    public void Purge_EndedAfterAnyPage_HasReplacedNothing()
    {
        Fill();
        var rows = Rows();
        var pages = 0;
        while (true)
        {
            var left = ++pages;
            try
            {
                Purge(Card, _ => Assert.True(--left > 0));
                break;
            }
            catch (Xunit.Sdk.XunitException)
            {
                Assert.Equal(rows, Rows());
            }
        }

        Assert.True(pages > 10);
        using var store = Open();
        Assert.Single(CardsOf(store).Where(static card => card.StartsWith("erased_", StringComparison.Ordinal)).Distinct());
    }

    /// <summary>The service stores a token of what holds a card number; people only know the number.</summary>
    [Fact]
    public void Purge_NumberAsItWasSent_ErasesItsToken()
    {
        const string Number = "customer 5500005555555559";
        var stored = new CardTokens(Key).Of(Number);
        using (var store = Open())
        {
            store.OwnAll(Shards).Commit(FromHttp(Paid("a", card: stored, shard: ShardOf(stored))));
        }

        Assert.Equal(2, Purge(Number).Found);

        Assert.DoesNotContain(stored, Dump(), StringComparison.Ordinal);
        using var after = Open();
        Assert.StartsWith("erased_", Assert.Single(CardsOf(after)), StringComparison.Ordinal);
    }

    /// <summary>A word such as this is in texts, names of models and keys of records: only the card is meant.</summary>
    [Fact]
    public void Purge_CardThatIsAWord_LeavesTextsAndOtherIdentifiers()
    {
        Fill();
        using (var store = Open())
        {
            store.OwnAll(Shards).Commit(FromHttp(Paid("payments", card: "payments", terminal: "payments", shard: ShardOf("payments"))));
        }

        Purge("payments");

        using var after = Open();
        var row = Assert.Single(after.History.Read(0, long.MaxValue, 0, long.MaxValue), static row => row.TransactionId == "payments");
        Assert.StartsWith("erased_", row.CardId, StringComparison.Ordinal);
        Assert.Equal("payments", row.Model);
        Assert.Equal("about payments", new AuditQueries(after.Database).Read(long.MaxValue, 10).Single(static entry => entry.Action == "noted").Detail[..14]);
    }

    [Fact]
    public void Purge_Audit_NamesTheCardByItsFingerprint()
    {
        Fill();
        Purge(Card);

        using var store = Open();
        var entry = new AuditQueries(store.Database).Read(long.MaxValue, 1).Single();
        Assert.Equal(("card erased", new CardTokens(Key).FingerprintOf(Card)), (entry.Action, entry.Subject));
        Assert.Matches("^[0-9]+ values$", entry.Detail);
    }

    /// <summary>All that the store's tables, or its files, hold.</summary>
    protected abstract string Dump();

    /// <summary>Contents of all tables, whatever the files are.</summary>
    protected abstract string Rows();

    protected ScanReport Purge(string card, Action<ScanProgress>? progress = null) =>
        StorePurge.Purge(Options, card, Key, July, progress ?? (static _ => { }), CancellationToken.None);

    protected IFraudStore Open()
    {
        var store = StoreFactory.Create(Options, Topic, TimeProvider.System);
        store.Open();
        return store;
    }

    protected void Fill()
    {
        using var store = Open();
        var owned = store.OwnAll(Shards);
        var letter = Undecodable(Shard, 41);
        letter.DeadLetter = new DeadLetter(
            Encoding.UTF8.GetBytes(Card), Encoding.UTF8.GetBytes($$"""{"card_id":"cust\u002d4711-anna","customer_id":"{{Card}}","memo":"{{Card}}, not {{Other}}","amount":-1}"""), "invalid_field", $"amount of {Card}");
        owned.Commit(
            FromKafka(Shard, Paid("flagged", offset: 40, card: Card, decision: Decision.Block, reasons: [$"{Card} pays often"]), Paid("plain", card: Card), letter),
            FromHttp(Paid("o1", card: Other, shard: ShardOf(Other)), Paid("o2", card: "card", shard: ShardOf("card"))));
        Snapshot(store, owned);
        owned.Commit(FromHttp(Paid("second", card: Card, at: July.AddHours(1), shard: Shard), Paid("o3", card: Other, at: July.AddHours(1), shard: ShardOf(Other))));
        // A repeat beyond the window, and the page that takes it back.
        owned.Commit(FromHttp(Paid("plain", card: Card, at: July.AddHours(2), shard: Shard)));
        TakeBack(store, owned, sequence: 3, new JournalEntry(ShortText.From("plain"), ShortText.From(Card), ShortText.From("terminal"), 1_234, July.AddHours(2).ToUnixTimeMilliseconds()));
        store.CommitLabels("labels", -1, 0, [new Label(ShortText.From("flagged"), ShortText.From(Card), ShortText.From("terminal"), July.ToUnixTimeMilliseconds(), true)]);
        Assert.Equal(CaseOutcome.Changed, store.Cases.Change(new CaseUpdate(ShortText.From("flagged"), CaseStatus.Investigated, $"called {Card} twice", "ann")).Outcome);
        new AuditQueries(store.Database).Append(AuditEntry.New(July, "ann", "noted", "case", $"about payments of {Card}"));
    }

    private static void TakeBack(IFraudStore store, OwnedShards owned, long sequence, JournalEntry taken)
    {
        var commits = owned.Next(FromHttp(Paid("none", shard: Shard)));
        var writer = new PageWriter();
        writer.Begin(July.ToUnixTimeMilliseconds());
        writer.Retract(sequence, 0, taken);
        ShardPage[] pages = [new(commits[0], writer.End(commits[0].NextOffset).ToArray())];
        Assert.Empty(store.Commit(pages));
        owned.Move(commits);
        store.WriteRows(pages);
    }

    private static int ShardOf(string card) => new ShardRouter(Shards).ShardOf(Encoding.UTF8.GetBytes(card));

    private static void Snapshot(IFraudStore store, OwnedShards owned)
    {
        var profile = new Profile(new ProfileOptions(), Shards);
        var cards = profile.NewCards();
        cards.TryReplay(ShortText.From(Card), 1_234, July.ToUnixTimeMilliseconds());
        cards.TryReplay(ShortText.From(Card), 1_234, July.ToUnixTimeMilliseconds());
        var captured = cards.Capture();
        Assert.True(store.SaveCards(new CardSnapshot(
            new SnapshotMove(Shard, owned.GenerationOf(Shard), 0, 1), 0, [.. captured.Changed.Select(static card => new CardState(card.Key, card.Value))], [])));
        profile.Terminals.Add(ShortText.From("terminal"), 1_234, July.ToUnixTimeMilliseconds());
        store.SaveTerminals(new TerminalSnapshot(new Dictionary<int, long> { [Shard] = 1 }, 0, profile.Terminals.Capture()));
    }

    private static IEnumerable<string> CardsOf(IFraudStore store) => store.History.Read(0, long.MaxValue, 0, long.MaxValue).Select(static row => row.CardId);

    /// <summary>Cards of all shards as a node rebuilds them, with the labels of each, and its terminals.</summary>
    private Dictionary<string, string> Recover(out string terminals)
    {
        using var store = Open();
        var profile = new Profile(new ProfileOptions(), Shards);
        var loader = new CardLoader(store, NullLogger<CardLoader>.Instance, CancellationToken.None);
        var recovery = new ShardRecovery(store, profile, loader, new ClusterOptions(), TimeProvider.System, NullLogger<ShardRecovery>.Instance);
        var feed = new TerminalFeed(profile, store, new ShardRouter(Shards), new ShardDirectory(Shards), loader);
        feed.Load(CancellationToken.None);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var shard = 0; shard < Shards; shard++)
        {
            var head = store.ReadHeads([shard])[0];
            var cards = recovery.Rebuild(head, CancellationToken.None);
            feed.Open(shard, cards, head.SnapshotLabels);
            foreach (var (card, state) in cards.Dump())
            {
                found.Add(card, Convert.ToHexString(state));
            }
        }

        terminals = string.Join('\n', profile.Terminals.Dump().OrderBy(static one => one.Key, StringComparer.Ordinal).Select(static one => $"{one.Key} {Convert.ToHexString(one.Value)}"));
        return found;
    }

    private List<JournalPage> Pages()
    {
        using var store = Open();
        return [.. Enumerable.Range(0, Shards).SelectMany(shard => store.ReadJournal(shard, 0, int.MaxValue).ToList())];
    }

    private static List<string> Entries(IEnumerable<JournalPage> pages)
    {
        var entries = new List<string>();
        foreach (var bytes in pages)
        {
            var page = new PageReader(bytes.Payload);
            while (page.Read())
            {
                ref var payment = ref page.Payment;
                entries.Add($"{bytes.Shard} {bytes.Sequence} {payment.Id} {payment.TerminalId} {payment.AmountMinor} {payment.EventTimeMs} {payment.Score} {payment.Decision} {payment.KafkaOffset} {page.ScoredBy} {string.Join(',', page.Features().ToArray())}");
            }

            entries.Add($"{page.StoredAtMs} {page.NextOffset}");
        }

        return entries;
    }

    [GeneratedRegex("cust-4711-anna(?!bel)", RegexOptions.None, 60_000)]
    private static partial Regex Erased();
}
