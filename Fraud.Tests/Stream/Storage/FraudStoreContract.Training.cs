using Fraud.Model;
using Fraud.Stream.Retraining;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage;

/// <content>What retraining reads and holds.</content>
public abstract partial class FraudStoreContract
{
    [Fact]
    public void History_PageByPage_IsWhatWasStoredWithItsLabels()
    {
        Commit([FromKafka(1, [.. Enumerable.Range(0, 7).Select(static i => Paid($"p{i}", offset: i, score: i / 10f, card: $"card {i}", at: July.AddHours(i)))])]);
        Commit([FromHttp(Paid("flagged", decision: Decision.Block, at: July.AddHours(7)))]);
        Store.CommitLabels("labels", 0, 1, [Known("p2", isFraud: true), Known("p3", isFraud: false), Known("nobody", isFraud: true)]);

        var history = Store.History;
        var head = history.Head();
        var read = Enumerable.Range(0, (int)head).Select(i => history.Read(i, i + 1, 0, long.MaxValue)).SelectMany(static page => page).ToArray();

        Assert.Equal(["p0", "p1", "p2", "p3", "p4", "p5", "p6", "flagged"], read.Select(static payment => payment.TransactionId));
        Assert.Equal([null, null, true, false, null, null, null, null], read.Select(static payment => payment.IsFraud));
        var third = read[2];
        Assert.Equal(("card 2", 1_234L, July.AddHours(2).ToUnixTimeMilliseconds()), (third.CardId, third.AmountMinor, third.EventTimeMs));
        Assert.Equal((0.2f, Decision.Approve, "payments", "1"), (third.Score, third.Decision, third.Model, third.ModelVersion));
        Assert.Equal(Paid("any").Features, third.Features);
        Assert.Equal(Decision.Block, read[7].Decision);
        Assert.Equal(July.AddHours(7).ToUnixTimeMilliseconds(), history.NewestEventMs());
    }

    [Fact]
    public void History_OfATime_HasItsFirstMomentAndNotItsLast()
    {
        Commit([FromHttp([.. Enumerable.Range(0, 4).Select(static i => Paid($"p{i}", at: July.AddDays(i)))])]);

        var read = Store.History.Read(0, Store.History.Head(), July.AddDays(1).ToUnixTimeMilliseconds(), July.AddDays(3).ToUnixTimeMilliseconds());

        Assert.Equal(["p1", "p2"], read.Select(static payment => payment.TransactionId));
    }

    [Fact]
    public void History_Empty_HasNoHeadAndNoNewest()
    {
        _ = Store.Count();

        Assert.Equal((0, null), (Store.History.Head(), Store.History.NewestEventMs()));
    }

    [Fact]
    public void TrainingLease_Held_ExcludesASecondNodeUntilItExpires()
    {
        var leases = new TrainingLeaseQueries(Store.Database);
        using var other = Reopen();

        var first = leases.TryTake("payments", "node a", "job-1", nowMs: 1_000, untilMs: 61_000);
        var second = new TrainingLeaseQueries(other.Database).TryTake("payments", "node b", "job-2", nowMs: 60_999, untilMs: 121_000);
        var third = new TrainingLeaseQueries(other.Database).TryTake("payments", "node b", "job-3", nowMs: 61_000, untilMs: 121_000);

        Assert.Equal((true, null), first);
        Assert.False(second.IsTaken);
        Assert.Equal(("node a", "job-1"), (second.Before!.Owner, second.Before.Job));
        // Of a node that died: whoever comes learns whose job it was.
        Assert.True(third.IsTaken);
        Assert.Equal("job-1", third.Before!.Job);
        Assert.False(leases.Renew("payments", "job-1", 200_000));
        leases.Release("payments", "job-1", 62_000, 5);
        Assert.Equal(("job-3", 0L, 0L), (leases.Read("payments")!.Job, leases.Read("payments")!.FinishedAtMs, leases.Read("payments")!.LabelSequence));
        Assert.True(leases.TryTake("other", "node a", "job-4", 61_000, 121_000).IsTaken);
    }

    [Fact]
    public void TrainingLease_RenewedThenReleased_IsFreeAndRemembersTheJob()
    {
        var leases = new TrainingLeaseQueries(Store.Database);
        leases.TryTake("payments", "node a", "job-1", 1_000, 61_000);

        Assert.True(leases.Renew("payments", "job-1", 90_000));
        Assert.False(leases.TryTake("payments", "node b", "job-2", 70_000, 130_000).IsTaken);
        leases.Release("payments", "job-1", 80_000, 17);
        var free = leases.Read("payments")!;
        Assert.True(leases.TryTake("payments", "node b", "job-3", 80_001, 140_000).IsTaken);
        // Interrupted: it counts as none.
        leases.Release("payments", "job-3", null, null);

        Assert.Equal(("", "", 80_000L, 17L), (free.Owner, free.Job, free.FinishedAtMs, free.LabelSequence));
        Assert.Equal((80_000L, 17L), (leases.Read("payments")!.FinishedAtMs, leases.Read("payments")!.LabelSequence));
    }

    [Fact]
    public async Task TrainingLease_TakenByManyAtOnce_IsOnes()
    {
        _ = Store.Count();
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
            new TrainingLeaseQueries(Store.Database).TryTake("payments", $"node {i}", $"job-{i}", 1_000, 61_000).IsTaken)));

        Assert.Single(taken, static isTaken => isTaken);
    }
}
