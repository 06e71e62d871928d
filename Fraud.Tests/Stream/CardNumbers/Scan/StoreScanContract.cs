using System.Text;
using Fraud.Model;
using Fraud.Model.CardNumbers;
using Fraud.Model.History;
using Fraud.Stream.Audit;
using Fraud.Stream.CardNumbers.Scan;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;
using Fraud.Stream.Webhooks;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.CardNumbers.Scan;

/// <summary>What a look and a mend promise of either store.</summary>
public abstract class StoreScanContract : IDisposable
{
    private static readonly CardTokenKey Key = CardTokenKey.Parse(TestTokenKey.Hex);

    protected abstract StorageOptions Options { get; }

    public virtual void Dispose()
    {
    }

    [Fact]
    public void Columns_OfTextOrBytes_AreAllInTheCatalog()
    {
        Fill();

        var columns = Look().Columns;

        Assert.True(columns.Count > 70, $"{columns.Count} columns");
        Assert.DoesNotContain(columns, static column => StoreCatalog.Of(column.Table, column.Column) == ColumnContent.Unknown);
    }

    [Fact]
    public void Look_StoreWithNumbers_CountsRowsByColumn()
    {
        Fill();

        var report = Look();

        Assert.Equal((3, 1, 1, 0), Counts("transactions", "transaction_id"));
        Assert.Equal((3, 2, 2, 0), Counts("transactions", "card_id"));
        Assert.Equal((3, 1, 0, 1), Counts("transactions", "source"));
        Assert.Equal((3, 1, 0, 1), Counts("transactions", "reasons"));
        Assert.Equal((2, 2, 2, 1), Counts("journal", "payload"));
        Assert.Equal((2, 1, 1, 0), Counts("card_states", "card_id"));
        Assert.Equal((2, 1, 1, 0), Counts("terminal_snapshots", "payload"));
        Assert.Equal((2, 2, 1, 1), Counts("outbox", "key"));
        Assert.Equal((2, 2, 1, 1), Counts("outbox", "value"));
        Assert.Equal((2, 1, 1, 0), Counts("outbox", "source"));
        Assert.Equal((1, 1, 1, 0), Counts("waiting_labels", "transaction_id"));
        Assert.Equal((1, 1, 0, 1), Counts("models", "description"));
        Assert.Equal((1, 1, 1, 0), Counts("webhook_events", "event_id"));
        Assert.NotNull(report.Columns.Single(static column => column is { Table: "model_files", Column: "content" }).NotLookedAt);

        (long, long, long, long) Counts(string table, string column)
        {
            var found = report.Columns.Single(one => one.Table == table && one.Column == column);
            return (found.Rows, found.Found, found.Identifiers, found.Texts);
        }
    }

    [Fact]
    public void Mend_StoreWithNumbers_LeavesTokensAndMasksEverywhere()
    {
        Fill();

        var mended = Mend();

        Assert.True(mended.Found > 30);
        Assert.Equal(0, Look().Found);
        Assert.All(FilledStore.Numbers, number => Assert.DoesNotContain(number, Dump(), StringComparison.Ordinal));
        using var store = Open();
        var (payment, card, terminal) = (Token(FilledStore.Payment), Token(FilledStore.Card), Token(FilledStore.Terminal));
        var scored = store.Cases.Find(payment)!;
        Assert.Equal((card, terminal, CaseStatusOf(store, payment)), (scored.CardId, scored.TerminalId, "Fraud"));
        Assert.Equal(["amount near **** **** **** ****"], scored.Reasons);
        Assert.True(new WebhookQueries(store.Database, TimeProvider.System).Knows(Token(FilledStore.Event)));
        Assert.Contains(store.ReadLabelJournal(0, 10), entry => entry.Change.Label.TransactionId.ToString() == payment && entry.Change.Label.CardId.ToString() == card);
        var alert = store.EarlierOutbox.Read([0, 1, 2, 3], 10).Single(static record => record.IsAlert);
        Assert.Equal((card, "alert-" + payment), (Encoding.UTF8.GetString(alert.Key), alert.Headers.Single(static header => header.Key == "alert_id").Value));
        Assert.Contains($"\"transaction_id\":\"{payment}\",\"card_id\":\"{card}\",\"terminal_id\":\"{terminal}\"", Encoding.UTF8.GetString(alert.Value), StringComparison.Ordinal);
        var entries = new List<JournalEntry>();
        store.ReadJournal(FilledStore.ShardOf(FilledStore.Card), 0, 10).ToList().ForEach(page => JournalEntry.Read(page.Payload, entries));
        Assert.Equal([payment, "plain", "second"], entries.Select(static entry => entry.TransactionId.ToString()));
        Assert.Equal([card, "card", card], entries.Select(static entry => entry.CardId.ToString()));
    }

    [Fact]
    public void Mend_Histories_AreThoseOfBeforeInTheCardsShardAndInItsTokens()
    {
        Fill();
        var home = FilledStore.ShardOf(Token(FilledStore.Card));
        var shard = FilledStore.ShardOf(FilledStore.Card);
        Assert.NotEqual(shard, home);
        byte[] before, terminal;
        using (var store = Open())
        {
            before = store.ReadCards(shard, [ShortText.From(FilledStore.Card)]).Single().Payload;
            terminal = Terminals(store)[FilledStore.Terminal];
        }

        Mend();

        using var mended = Open();
        foreach (var at in (int[])[shard, home])
        {
            Assert.Equal(before, mended.ReadCards(at, [ShortText.From(Token(FilledStore.Card))]).Single().Payload);
        }

        Assert.Equal(terminal, Terminals(mended)[Token(FilledStore.Terminal)]);
        Assert.Equal(2, Terminals(mended).Count);
    }

    [Fact]
    public void Mend_EndedAfterAnyPage_IsFinishedByTheNext()
    {
        Fill();
        var pages = 0;
        var untouched = 0;
        while (true)
        {
            var left = ++pages;
            try
            {
                Mend(_ => Assert.True(--left > 0));
                break;
            }
            catch (Xunit.Sdk.XunitException)
            {
                untouched += Look().Found > 0 ? 1 : 0;
            }
        }

        Assert.True(untouched > 3, $"{untouched} ends with something left");
        Assert.Equal(0, Look().Found);
        using var store = Open();
        Assert.Equal(2, Enumerable.Range(0, FilledStore.Shards).Sum(shard => store.ReadCards(shard).Count(card => card.CardId.ToString() == Token(FilledStore.Card))));
        Assert.Equal(new StoreCounts(3, 1, 2), store.Count());
        Assert.Equal(2, Terminals(store).Count);
    }

    [Fact]
    public void Mend_TokenIsThereAlready_KeepsBothPaymentsAndJoinsTheCards()
    {
        Fill();
        var (payment, card) = (Token(FilledStore.Payment), Token(FilledStore.Card));
        using (var store = Open())
        {
            store.OwnAll(FilledStore.Shards).Commit(FromHttp(Paid(payment, decision: Decision.Block, card: card, shard: FilledStore.ShardOf(card))));
        }

        var mended = Mend();

        Assert.Equal(0, Look().Found);
        Assert.Contains(mended.Clashes, static clash => clash.Value == 1 && clash.Key is "transactions" or "transaction_ids");
        using var after = Open();
        Assert.Equal(4, after.Count().Results);
        Assert.Equal((card, card), (after.Cases.Find(payment)!.CardId, after.Cases.Find(payment + "_2")!.CardId));
        Assert.Equal(("Fraud", "New"), (CaseStatusOf(after, payment + "_2"), CaseStatusOf(after, payment)));
    }

    [Fact]
    public void Mend_Audit_StaysClosedForOthers()
    {
        Fill();
        Mend();

        Assert.ThrowsAny<Exception>(() => Execute("UPDATE audit SET actor = 'x'"));
        using var store = Open();
        Assert.Equal("card numbers replaced", new AuditQueries(store.Database).Read(long.MaxValue, 1).Single().Action);
    }

    protected abstract void Execute(string sql);

    /// <summary>All that the store's tables, or its files, hold.</summary>
    protected abstract string Dump();

    protected IFraudStore Open()
    {
        var store = StoreFactory.Create(Options, FilledStore.Topic, TimeProvider.System);
        store.Open();
        return store;
    }

    protected ScanReport Mend(Action<ScanProgress>? progress = null) => StoreScan.Mend(Options, Key, July, progress ?? (static _ => { }), CancellationToken.None);

    protected ScanReport Look() => StoreScan.Look(Options, static _ => { }, CancellationToken.None);

    protected void Fill()
    {
        using var store = Open();
        FilledStore.Fill(store);
        // Unsent since before an upgrade.
        Execute(UnsentOfEarlier());
    }

    /// <summary>SQL that makes the table of earlier versions, and <see cref="FilledStore.Unsent"/> in it.</summary>
    protected abstract string UnsentOfEarlier();

    private static string Token(string id) => new CardTokens(Key).Of(id);

    private static string CaseStatusOf(IFraudStore store, string payment) => store.Cases.Find(payment)!.Case.Status.ToString();

    private static IReadOnlyDictionary<string, byte[]> Terminals(IFraudStore store)
    {
        var terminals = new Profile(new ProfileOptions(), 1).Terminals;
        store.ReadTerminals()!.Chunks.ToList().ForEach(chunk => terminals.Load(chunk));
        return terminals.Dump();
    }
}
