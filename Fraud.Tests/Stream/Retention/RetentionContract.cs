using Fraud.Model;
using Fraud.Model.History;
using Fraud.Stream.Audit;
using Fraud.Stream.Batching;
using Fraud.Stream.Cases;
using Fraud.Stream.Retention;
using Fraud.Stream.Shadow;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Retention;

/// <summary>What leaves by age, and what stays, in each database. Ages are held against July 2018 and months before it.</summary>
public abstract class RetentionContract : IDisposable
{
    protected const string Topic = "transactions";

    private static readonly RetentionOptions Steps = new() { StepRows = 2, Pause = TimeSpan.Zero };

    private readonly Lazy<IFraudStore> _store;
    private readonly Lazy<OwnedShards> _owned;

    protected RetentionContract()
    {
        _store = new Lazy<IFraudStore>(() =>
        {
            var store = Create();
            store.Open();
            return store;
        });
        _owned = new Lazy<OwnedShards>(() => Store.OwnAll(2));
    }

    protected IFraudStore Store => _store.Value;

    private protected OwnedShards Owned => _owned.Value;

    /// <summary>Cutoff of these tests: the start of a month, at which both stores cut alike.</summary>
    protected static DateTimeOffset Cut { get; } = new(2018, 7, 1, 0, 0, 0, TimeSpan.Zero);

    protected static DateTimeOffset Old { get; } = Cut.AddDays(-20);

    public virtual void Dispose()
    {
        if (_store.IsValueCreated)
        {
            _store.Value.Dispose();
        }
    }

    protected abstract IFraudStore Create();

    protected abstract void Execute(string sql);

    /// <summary>The first column of each row.</summary>
    protected abstract IReadOnlyList<string> Read(string sql);

    [Fact]
    public void Remove_PaymentsOverAge_LeaveWithIdsLabelsCasesAndComparisons()
    {
        Owned.Commit(FromHttp(
            Paid("o1", at: Old, decision: Decision.Block), Paid("o2", at: Old.AddMonths(-1)), Paid("o3", at: Old.AddYears(-40)), Paid("o4", at: Old),
            Paid("o5", at: Old, decision: Decision.Review), Paid("n1", decision: Decision.Block), Paid("n2")));
        Store.CommitLabels("labels", -1, 0, [At("o1", Old, true), At("o2", Old, false), At("n1", July, true), new Label(ShortText.From("waits"), default, default, 0, true)]);
        Decide("o1");
        Decide("n1");
        Compare("o1", Old);
        Compare("n1", July);

        var before = Enum.GetValues<RetainedKind>().ToDictionary(static kind => kind, kind => Store.Retention.Count(kind, Ms(Cut)).Rows);
        var removed = RemoveAll();

        Assert.Equal(5, removed[RetainedKind.Payments]);
        Assert.Equal((2L, 1L, 1L), (removed[RetainedKind.Labels], removed[RetainedKind.Cases], removed[RetainedKind.Comparisons]));
        Assert.Equal(removed, before);
        Assert.Equal(["n1", "n2"], Read("SELECT transaction_id FROM transactions ORDER BY transaction_id"));
        Assert.Equal(["n1", "waits"], Read("SELECT transaction_id FROM labels ORDER BY transaction_id"));
        Assert.Equal(["waits"], Read("SELECT transaction_id FROM waiting_labels"));
        Assert.Equal(["n1"], Read("SELECT transaction_id FROM cases"));
        Assert.Equal(["n1"], Read("SELECT DISTINCT transaction_id FROM case_events"));
        Assert.Equal(["n1"], Read("SELECT transaction_id FROM shadow_scores"));
        Assert.Null(Store.Rows.ReadAnswer(ShortText.From("o4")));
        Assert.Equal(0, RemoveAll().Values.Sum());
    }

    /// <summary>Who reads by position would pass over what is given a position twice.</summary>
    [Fact]
    public void Remove_AllAreOverAge_PositionsAreGivenOnce()
    {
        Owned.Commit(FromHttp(Paid("o1", at: Old), Paid("o2", at: Old), Paid("o3", at: Old)));
        var head = Store.History.Head();

        RemoveAll();
        Owned.Commit(FromHttp(Paid("n1")));

        Assert.InRange(Store.History.Head(), head + 1, long.MaxValue);
        Assert.Contains("n1", Read("SELECT transaction_id FROM transactions"));
    }

    [Fact]
    public void Commit_IdThatHasLeft_IsANewPayment()
    {
        Owned.Commit(FromHttp(Paid("a", at: Old, score: 0.75f), Paid("b")));
        RemoveAll();

        Owned.Commit(FromHttp(Paid("a", score: 0.125f)));

        Assert.Equal(0.125f, Store.Rows.ReadAnswer(ShortText.From("a"))!.Score);
        Assert.Empty(Read("SELECT transaction_id FROM repeated_payments"));
    }

    /// <summary>A note that no page has closed yet is what the owner takes the payment back by.</summary>
    [Fact]
    public void Remove_NotesOfRepeats_LeaveOnceTakenBackAndTheirPaymentHasLeft()
    {
        Owned.Commit(FromHttp(Paid("o1", at: Old), Paid("o2", at: Old), Paid("n1")));
        Owned.Commit(FromHttp(Paid("o1", at: Old), Paid("o2", at: Old), Paid("n1")));
        Execute("UPDATE repeated_payments SET retracted = 3 WHERE transaction_id IN ('o1', 'n1')");

        RemoveAll();

        Assert.Equal(["n1", "o2"], Read("SELECT transaction_id FROM repeated_payments ORDER BY transaction_id"));
    }

    [Fact]
    public void Remove_ParkedPayments_LeaveByTheirAge()
    {
        _ = Owned;
        var rows = new[] { ("o1", Old), ("n1", July), ("o2", Old), ("o3", Old) };
        Execute(
            "INSERT INTO refused_rows (shard, sequence, ordinal, transaction_id, event_time, refused_at, error, attempts, payload) VALUES "
            + string.Join(", ", rows.Select(static (row, i) => $"(0, 1, {i}, '{row.Item1}', {Ms(row.Item2)}, 1, '', 1, '')")));

        Assert.Equal(3, RemoveAll()[RetainedKind.RefusedRows]);

        Assert.Equal(["n1"], Read("SELECT transaction_id FROM refused_rows"));
    }

    [Fact]
    public void Remove_LabelJournal_LeavesUpToWhatHistoriesContainAndNeverTheLast()
    {
        _ = Owned;
        Store.CommitLabels("labels", -1, 0, [.. Enumerable.Range(0, 6).Select(i => At($"l{i}", i == 4 ? July : Old, true))]);

        RemoveAll();
        Assert.Equal(6, Read("SELECT sequence FROM label_journal").Count);

        Contain(labels: 2);
        RemoveAll();
        Assert.Equal(["3", "4", "5", "6"], Read("SELECT sequence FROM label_journal ORDER BY sequence"));

        Contain(labels: 6);
        RemoveAll();
        // Behind one that is not over age all stay: positions have no gaps.
        Assert.Equal(["5", "6"], Read("SELECT sequence FROM label_journal ORDER BY sequence"));

        RemoveAll(July.AddYears(1));
        Assert.Equal(["6"], Read("SELECT sequence FROM label_journal"));
        Assert.Equal(6, Store.LabelSequence());
        Store.CommitLabels("labels", -1, 0, [At("later", July, true)]);
        Assert.Equal([6L, 7L], Store.ReadLabelJournal(0, 10).Select(static entry => entry.Sequence));
    }

    [Fact]
    public void Remove_WebhookEvents_LeaveByTheirAge()
    {
        Execute("INSERT INTO webhook_events VALUES ('old', 1000), ('older', 999), ('new', 5000), ('oldest', 1)");

        Assert.Equal(3, Remove(RetainedKind.WebhookEvents, 5_000));

        Assert.Equal(["new"], Read("SELECT event_id FROM webhook_events"));
    }

    [Fact]
    public void Remove_Audit_LeavesByAgeAndKeepsAYearWhateverIsAsked()
    {
        var now = DateTimeOffset.UtcNow;
        foreach (var days in (int[])[800, 500, 400, 364, 1])
        {
            new AuditQueries(Store.Database).Append(AuditEntry.New(now.AddDays(-days), "ann", $"{days}", "x"));
        }

        Assert.Equal(2, Remove(RetainedKind.Audit, Ms(now.AddDays(-450))));
        Assert.Equal(["400", "364", "1"], Read("SELECT action FROM audit ORDER BY id"));

        Assert.Contains("append-only", Assert.ThrowsAny<Exception>(() => Remove(RetainedKind.Audit, Ms(now.AddDays(-2)))).ToString(), StringComparison.Ordinal);
        Assert.Equal(["364", "1"], Read("SELECT action FROM audit WHERE action <> '400' ORDER BY id"));
        new AuditQueries(Store.Database).Append(AuditEntry.New(now, "ann", "last", "x"));
        Assert.Equal("last", new AuditQueries(Store.Database).Read(long.MaxValue, 1)[0].Action);
    }

    [Fact]
    public void Remove_Step_IsBounded()
    {
        Owned.Commit(FromHttp([.. Enumerable.Range(0, 7).Select(i => Paid($"o{i}", at: Old)), Paid("n")]));
        using var pass = Store.Retention.TryBegin(Steps)!;
        var (left, steps) = (8, 0);

        while (pass.Remove(RetainedKind.Payments, Ms(Cut)) is { IsLast: false } step)
        {
            Assert.InRange(step.Removed, 0, 2);
            Assert.True(++steps < 20);
            left -= (int)step.Removed;
        }

        Assert.Equal(["n"], Read("SELECT transaction_id FROM transactions"));
        Assert.InRange(left, 1, 3);
    }

    protected IReadOnlyDictionary<RetainedKind, long> RemoveAll(DateTimeOffset? cut = null)
    {
        using var pass = Store.Retention.TryBegin(Steps)!;
        var removed = new Dictionary<RetainedKind, long>();
        foreach (var kind in Enum.GetValues<RetainedKind>())
        {
            removed[kind] = kind is RetainedKind.Audit or RetainedKind.WebhookEvents ? 0 : Remove(pass, kind, Ms(cut ?? Cut));
        }

        return removed;
    }

    protected static long Ms(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    private long Remove(RetainedKind kind, long beforeMs)
    {
        using var pass = Store.Retention.TryBegin(Steps)!;
        return Remove(pass, kind, beforeMs);
    }

    private static long Remove(IRetentionPass pass, RetainedKind kind, long beforeMs)
    {
        var removed = 0L;
        while (true)
        {
            var step = pass.Remove(kind, beforeMs);
            removed += step.Removed;
            if (step.IsLast)
            {
                return removed;
            }
        }
    }

    private static Label At(string id, DateTimeOffset at, bool isFraud) => new(ShortText.From(id), ShortText.From("card"), ShortText.From("terminal"), Ms(at), isFraud);

    private void Decide(string id) => Assert.Equal(
        CaseOutcome.Changed, Store.Cases.Change(new CaseUpdate(ShortText.From(id), CaseStatus.Investigated, null, "ann")).Outcome);

    private void Compare(string id, DateTimeOffset at)
    {
        var by = new ScoredBy("payments", "2", 0.5f, 0.9f);
        new ShadowQueries(Store.Database).Add([new ShadowScore(ShortText.From(id), by, 0.5f, Decision.Block, by, 0.25f, Decision.Approve, false, Ms(at))], new ShadowRetention(100, 0));
    }

    /// <summary>Stored histories contain the label journal up to a position.</summary>
    private void Contain(long labels)
    {
        for (var shard = 0; shard < 2; shard++)
        {
            var head = Store.ReadHeads([shard])[0];
            Assert.True(Store.SaveCards(new CardSnapshot(
                new SnapshotMove(shard, Owned.GenerationOf(shard), head.SnapshotSequence, head.SnapshotSequence), labels, [], [])));
        }

        Store.SaveTerminals(new TerminalSnapshot(new Dictionary<int, long>(), labels, new Profile(new ProfileOptions(), 1).Terminals.Capture()));
    }
}
