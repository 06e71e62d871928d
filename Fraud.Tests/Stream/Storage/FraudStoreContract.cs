using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage;

/// <summary>What every store promises. Each store runs this suite on the real thing.</summary>
public abstract partial class FraudStoreContract : IDisposable
{
    protected const string Topic = "transactions";

    private const int Shards = 10;

    private IFraudStore? _store;
    private OwnedShards? _owned;

    protected static IReadOnlyCollection<int> AllShards { get; } = [.. Enumerable.Range(0, Shards)];

    protected IFraudStore Store => _store ??= Reopen();

    /// <summary>This node's claims: all shards, claimed when first asked for.</summary>
    private protected OwnedShards Owned => _owned ??= Store.OwnAll(Shards, "node");

    /// <summary>A new store on the same data, not opened.</summary>
    protected abstract IFraudStore Create();

    /// <summary>Runs SQL behind the store's back.</summary>
    protected abstract void Execute(string sql);

    /// <summary>Where the journal is.</summary>
    protected virtual void ExecuteOnJournal(string sql) => Execute(sql);

    /// <summary>SQL that makes every insert into the table fail.</summary>
    protected abstract string BreakInserts(string table);

    protected abstract string RepairInserts(string table);

    /// <summary>SQL that makes tables and rows as <see cref="FirstVersion"/> had them.</summary>
    protected abstract string FirstVersionOf();

    /// <summary>SQL that turns the tables into those of the version before heads had the id of their last commit.</summary>
    protected abstract string WithoutCommitIds();

    /// <summary>SQL that turns the tables into those of the version before alerts came from pages. The outbox is empty.</summary>
    protected abstract string WithOutbox();

    /// <summary>SQL that turns the tables into those of the version before rows had their place in the journal.</summary>
    protected abstract string WithoutPlaces();

    public virtual void Dispose() => _store?.Dispose();

    [Fact]
    public void Commit_ScoredPayments_StoresResultsAlertsAndOffsets()
    {
        Commit([FromKafka(3, Paid("a", offset: 10), Paid("b", offset: 11, decision: Decision.Block)), FromHttp(Paid("c"))]);

        Assert.Equal(new StoreCounts(Results: 3, Alerts: 1, Labels: 0), Store.Count());
        Assert.Equal([KeyValuePair.Create(3, 12L)], Store.ReadOffsets(Topic));
        Assert.Empty(Store.ReadOffsets("other"));
    }

    [Fact]
    public void Commit_PagesFail_LeavesNothing()
    {
        _ = Owned;
        ExecuteOnJournal(BreakInserts("journal"));

        Assert.ThrowsAny<Exception>(() => Commit([FromKafka(0, Paid("a", offset: 5, decision: Decision.Block))]));

        Assert.Equal(default, Store.Count());
        Assert.Empty(Journal());
        Assert.Equal((0L, (long?)null), (Store.ReadHeads()[0].Sequence, Store.ReadHeads()[0].NextOffset));
        ExecuteOnJournal(RepairInserts("journal"));
        Commit([FromKafka(0, Paid("a", offset: 5, decision: Decision.Block))]);
        Assert.Equal(["a"], Ids(Journal()));
    }

    [Fact]
    public void Commit_SameBatchesAgain_StoresNothingTwice()
    {
        MicroBatch[] batches =
        [
            FromKafka(1, Paid("a", offset: 1, decision: Decision.Block), Undecodable(1, 2), Paid("b", offset: 3)),
            FromKafka(2, Paid("c", offset: 9)),
        ];
        Commit(batches);
        var (counts, offsets) = (Store.Count(), Store.ReadOffsets(Topic));

        // A topic that is read from its start again.
        Commit(batches);

        Assert.Equal(counts, Store.Count());
        Assert.Equal(offsets, Store.ReadOffsets(Topic));
        Assert.Equal(new StoreCounts(Results: 3, Alerts: 1, Labels: 0), counts);
    }

    [Fact]
    public void Commit_IdThatHasARow_KeepsTheRowAndTheFirstAnswer()
    {
        Commit([FromHttp(Paid("a", score: 0.75f, decision: Decision.Review, reasons: ["amount ×9"], at: July), Paid("a", score: 0.5f))]);

        Commit([FromHttp(Paid("a", score: 0.1f, at: July.AddMonths(5), model: "other")), FromKafka(4, Paid("a", offset: 7, score: 0.2f, at: July.AddYears(-90)))]);

        Assert.Equal(new StoreCounts(Results: 1, Alerts: 1, Labels: 0), Store.Count());
        AssertAnswer("a", 0.75f, Decision.Review, "amount ×9");
        Assert.Equal(8, Store.ReadOffsets(Topic)[4]);
        // Histories counted all of them.
        Assert.Equal(["a", "a", "a"], Ids(Journal()));
    }

    [Fact]
    public void Commit_StateDuplicate_IsNotWritten()
    {
        Commit([FromHttp(Paid("known", score: 0.5f))]);

        Commit([FromKafka(4, Paid("known", offset: 7, state: PaymentState.Duplicate)), FromHttp(Paid("known", state: PaymentState.Duplicate, reply: new Answer()))]);

        Assert.Equal(new StoreCounts(Results: 1, Alerts: 0, Labels: 0), Store.Count());
        Assert.Equal(["known"], Ids([.. Journal(), .. Journal(4)]));
        Assert.Equal(8, Store.ReadOffsets(Topic)[4]);
    }

    [Fact]
    public void Commit_UnscoredPayment_Throws() =>
        Assert.Throws<InvalidOperationException>(() => Commit([FromHttp(Paid("a", state: PaymentState.Received))]));

    [Fact]
    public void Commit_EmptyTextsAndUnicode_ComeBackAsTheyWere()
    {
        var id = "платёж-💳-\"'\\,;{}";
        Commit([FromHttp(Paid(id, card: "κάρτα", terminal: "", decision: Decision.Block, reasons: ["\"quoted\"", "żółć"]))]);
        var entry = Assert.Single(Journal());
        Assert.Equal((id, "κάρτα", ""), (entry.TransactionId.ToString(), entry.CardId.ToString(), entry.TerminalId.ToString()));
        Assert.Equal((1_234L, July.ToUnixTimeMilliseconds()), (entry.AmountMinor, entry.EventTimeMs));
        AssertAnswer(id, 0.25f, Decision.Block, "\"quoted\"", "żółć");
    }

    [Fact]
    public void Open_AfterDispose_FindsEverything()
    {
        Commit([FromKafka(0, Paid("a", offset: 1, decision: Decision.Block))]);
        Store.CommitLabels("labels", 0, 1, [Known("a", isFraud: true)]);
        Store.Dispose();

        _store = Reopen();
        _store.Open();
        _owned = null;
        Commit([FromKafka(0, Paid("a", offset: 1, decision: Decision.Block), Paid("b", offset: 2))]);

        Assert.Equal(new StoreCounts(Results: 2, Alerts: 1, Labels: 1), _store.Count());
        Assert.Equal(["a", "a", "b"], Ids(Journal()));
        Assert.Equal(3, _store.ReadOffsets(Topic)[0]);
        _store.Ping();
    }

    [Fact]
    public void Open_TablesOfTheFirstVersion_KeepsAllAndGivesThemJournals()
    {
        Execute(FirstVersionOf());
        using (var first = Reopen())
        {
            Assert.Equal([0, 7], first.ReadHeads().Select(static row => row.Shard));
        }

        Assert.Equal([(0, 1L, null), (7, 1L, 3L)], Store.ReadHeads().Select(static row => (row.Shard, row.Sequence, row.NextOffset)));
        Assert.All(Store.ReadHeads(), static row => Assert.False(row.IsOwned));
        Assert.Equal(["a"], Ids(Journal(0)));
        Assert.Equal(["b", "c"], Ids(Journal(7)));
        Assert.Equal(new StoreCounts(Results: 3, Alerts: 1, Labels: 4), Store.Count());
        Assert.Equal(["alert-c"], Store.EarlierOutbox.Read([7], 10).Select(static record => record.Headers[0].Value));
        Assert.False(Assert.Single(Store.EarlierOutbox.Read([4], 10)).IsAlert);
        Assert.Empty(Store.EarlierOutbox.Read([0, 1, 2, 3, 5, 6], 10));
        Assert.Equal(
            ["1 known terminal", "2 a terminal"],
            Store.ReadLabelJournal(0, 10).Select(static entry =>
                $"{entry.Sequence} {entry.Change.Label.TransactionId} {entry.Change.Label.TerminalId}"));

        Assert.Equal([(7, 2L)], Commit([FromKafka(7, Paid("later", offset: 3), Paid("c", offset: 4))]));
        Assert.Equal(3, Store.LabelSequence());
    }

    [Fact]
    public void Open_TablesWithoutCommitIds_KeepsTheHeadsAndGoesOnBehindThem()
    {
        Commit([FromKafka(3, Paid("a", offset: 7))]);
        Assert.True(Snapshot(3, 0, 1, 0, [State("card", 1)]));
        var head = Store.ReadHeads()[3];
        Execute(WithoutCommitIds());

        using var upgraded = Reopen();

        Assert.Equal(head with { CommitId = Guid.Empty }, upgraded.ReadHeads()[3]);
        var owned = new OwnedShards(upgraded, Shards).Claim(3);
        Assert.Equal(head.Generation + 1, owned.GenerationOf(3));
        owned.Commit(FromKafka(3, Paid("b", offset: 8)));
        Assert.Equal(["a", "b"], Ids(Journal(3)));
        Assert.Equal((2L, 9L, 1L), (upgraded.ReadHeads()[3].Sequence, upgraded.ReadHeads()[3].NextOffset, upgraded.ReadHeads()[3].SnapshotSequence));
    }

    [Fact]
    public async Task Commit_BesideLabelsAndPositions_LosesNothing()
    {
        const int Rounds = 40;
        _ = Store.Count();
        var payments = Run(round => Commit(
            [FromKafka(0, Paid($"k{round}", offset: round, decision: Decision.Block)), FromHttp(Paid($"h{round}"))]));
        var labels = Run(round => Store.CommitLabels("labels", 0, round + 1, [Known($"k{round}", isFraud: true)]));
        var positions = Run(round =>
        {
            _ = Store.Positions.Take("alerts", 0, 1);
            Assert.Empty(Store.Positions.Raise("alerts", [new ReaderPosition(0, 1, round + 1)]));
        });
        await Task.WhenAll(payments, labels, positions);

        Assert.Equal(new StoreCounts(2 * Rounds, Rounds, Rounds), Store.Count());
        Assert.Equal(Rounds, Store.Positions.Read("alerts")[0]);
        Assert.Equal(Rounds, Store.ReadOffsets("labels")[0]);

        static Task Run(Action<int> work) => Task.Factory.StartNew(
            () =>
            {
                for (var round = 0; round < Rounds; round++)
                {
                    work(round);
                }
            },
            TaskCreationOptions.LongRunning);
    }

    /// <summary>Stores these in one commit, which must succeed; answers the position of each shard's page.</summary>
    protected IEnumerable<(int Shard, long Sequence)> Commit(IReadOnlyList<MicroBatch> batches) =>
        [.. Owned.Commit(batches).Select(static commit => (commit.Shard, commit.Sequence))];

    /// <summary>The stored payments of a shard as its journal has them.</summary>
    protected List<JournalEntry> Journal(int shard = 0)
    {
        var entries = new List<JournalEntry>();
        foreach (var page in Store.ReadJournal(shard, 0, int.MaxValue))
        {
            JournalEntry.Read(page.Payload, entries);
        }

        return entries;
    }

    private IFraudStore Reopen()
    {
        var store = Create();
        store.Open();
        return store;
    }

    private static IEnumerable<string> Ids(IEnumerable<JournalEntry> journal) =>
        journal.Select(static entry => entry.TransactionId.ToString());

    private void AssertAnswer(string id, float score, Decision decision, params string[] reasons)
    {
        var answer = Store.Rows.ReadAnswer(ShortText.From(id))!;
        Assert.Equal((score, decision, new ScoredBy("payments", "1", 0.5f, 0.9f)), (answer.Score, answer.Decision, answer.ScoredBy));
        Assert.Equal(reasons, answer.Reasons);
    }
}
