using Fraud.Model;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage;

public abstract partial class FraudStoreContract
{
    [Fact]
    public void CommitLabels_NewRepeatedAndCorrected_ReportsOnlyChanges()
    {
        var fraud = Known("a", isFraud: true);

        Assert.Equal([new LabelChange(fraud, 1)], Store.CommitLabels("labels", 0, 1, [fraud]));
        Assert.Empty(Store.CommitLabels("labels", 0, 2, [fraud]));
        Assert.Empty(Store.CommitLabels("labels", 0, 3, [Known("b", isFraud: false)]));
        Assert.Equal([new LabelChange(fraud with { IsFraud = false }, -1)],
            Store.CommitLabels("labels", 0, 4, [fraud with { IsFraud = false }]));
        Assert.Equal([1, -1, 1], Store.CommitLabels(
            "labels", 0, 8, [fraud, fraud, fraud with { IsFraud = false }, fraud]).Select(static change => change.FraudDelta));

        Assert.Equal(
            Enumerable.Range(1, 5).Select(i => (Sequence: (long)i, Change: new LabelChange(fraud with { IsFraud = i % 2 == 1 }, i % 2 == 1 ? 1 : -1))),
            LabelChanges());
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.All(Store.ReadLabelJournal(0, 100), entry => Assert.InRange(entry.StoredAtMs, now - 600_000, now + 1_000));
        Assert.Equal(5, Store.LabelSequence());
        Assert.Equal(8, Store.ReadOffsets("labels")[0]);
        Assert.Equal(2, Store.Count().Labels);
    }

    [Fact]
    public void CommitLabels_PartsLeftOut_AreFilledInFromTheStoredPayment()
    {
        Commit([FromHttp(Paid("a", card: "its card", terminal: "its terminal", at: July))]);

        var change = Assert.Single(Store.CommitLabels("labels", -1, 0, [new Label(ShortText.From("a"), default, default, 0, true)]));

        Assert.Equal(("its card", "its terminal"), (change.Label.CardId.ToString(), change.Label.TerminalId.ToString()));
        Assert.Equal(July.ToUnixTimeMilliseconds(), change.Label.EventTimeMs);
        Assert.Equal([(1L, change)], LabelChanges());
        Assert.Empty(Store.ReadOffsets("labels"));
    }

    [Fact]
    public void CommitLabels_CorrectionSaysLessOrElse_TakesBackWhatWasCounted()
    {
        var fraud = Known("a", isFraud: true);
        Store.CommitLabels("labels", 0, 1, [fraud]);

        var correction = new Label(fraud.TransactionId, default, ShortText.From("another"), fraud.EventTimeMs + 1, false);
        var change = Assert.Single(Store.CommitLabels("labels", 0, 2, [correction]));

        Assert.Equal(new LabelChange(fraud with { IsFraud = false }, -1), change);
    }

    [Fact]
    public void CommitLabels_OffsetFails_LeavesNoLabel()
    {
        _ = Store.Count();
        Execute(BreakInserts("offsets"));

        Assert.ThrowsAny<Exception>(() => Store.CommitLabels("labels", 0, 1, [Known("a", isFraud: true)]));

        Assert.Equal((0, 0), (Store.LabelSequence(), Store.Count().Labels));
    }

    [Fact]
    public void CommitLabels_PaymentUnknown_BecomesAChangeWhenThePaymentIsStored()
    {
        Assert.Empty(Store.CommitLabels("labels", 0, 1, [Bare("a"), Bare("b"), Bare("never"), Bare("innocent") with { IsFraud = false }]));
        Assert.Empty(Store.CommitLabels("labels", 0, 2, [Bare("a"), Bare("b") with { IsFraud = false }]));
        Assert.Equal(0, Store.LabelSequence());

        Commit([FromHttp(Paid("x"), Paid("a", card: "its card", terminal: ""), Paid("b"), Paid("innocent"), Paid("a"))]);
        Commit([FromHttp(Paid("a"))]);

        var counted = Bare("a") with { CardId = ShortText.From("its card"), EventTimeMs = July.ToUnixTimeMilliseconds() };
        Assert.Equal([(1L, new LabelChange(counted, 1))], LabelChanges());
        Assert.Empty(Store.CommitLabels("labels", 0, 3, [Bare("a")]));
        Assert.Equal(
            [new LabelChange(counted with { IsFraud = false }, -1)],
            Store.CommitLabels("labels", 0, 4, [Bare("a") with { IsFraud = false }]));
    }

    [Fact]
    public void CommitLabels_RestComesLater_CountsWithoutThePayment()
    {
        Store.CommitLabels("labels", 0, 1, [Bare("a") with { CardId = ShortText.From("its card") }]);

        var change = Assert.Single(Store.CommitLabels("labels", 0, 2, [Known("a", isFraud: true)]));
        Commit([FromHttp(Paid("a"))]);

        Assert.Equal("its card", change.Label.CardId.ToString());
        Assert.Equal(1, Store.LabelSequence());
    }

    [Fact]
    public void WriteRows_FailsAfterALabelWasCompleted_LeavesItWaiting()
    {
        Store.CommitLabels("labels", 0, 1, [Bare("a")]);
        _ = Owned;
        Execute(BreakInserts("label_journal"));
        Assert.ThrowsAny<Exception>(() => Commit([FromHttp(Paid("a"), Paid("b", decision: Decision.Block))]));
        Assert.Equal(0, Store.LabelSequence());

        Execute(RepairInserts("label_journal"));
        Commit([FromHttp(Paid("c"))]);
        Assert.Equal(1, Store.LabelSequence());
    }

    [Fact]
    public async Task CommitLabels_TwoNodes_JournalHasNoGapsAndEachChangeOnce()
    {
        const int Rounds = 60;
        using var other = Reopen();
        var one = Label(Store, "x");
        var two = Label(other, "y");
        long read = 0;
        var followed = new List<LabelJournalEntry>();
        while (!one.IsCompleted || !two.IsCompleted || read < Store.LabelSequence())
        {
            // A follower that goes on from what it saw misses nothing.
            foreach (var entry in Store.ReadLabelJournal(read, 10))
            {
                Assert.Equal(++read, entry.Sequence);
                followed.Add(entry);
            }
        }

        await Task.WhenAll(one, two);

        Assert.Equal(3 * Rounds, followed.Count);
        Assert.Equal(3 * Rounds, followed.Select(static entry => entry.Change.Label.TransactionId).Distinct().Count());

        static Task Label(IFraudStore store, string own) => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Rounds; i++)
                {
                    Repeat(() => store.CommitLabels("labels", 0, i, [Known($"both-{i}", true), Known($"{own}-{i}", true)]));
                }
            },
            TaskCreationOptions.LongRunning);
    }

    [Fact]
    public async Task CommitLabels_BesideTheirPayments_MakeEachChangeOnce()
    {
        const int Rounds = 300;
        _ = Owned;
        using var other = Reopen();
        using var together = new Barrier(2);
        var labels = Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Rounds; i++)
                {
                    Assert.True(together.SignalAndWait(Poll.Deadline));
                    Repeat(() => other.CommitLabels("labels", 0, i, [Bare($"p{i}"), Bare($"q{i}")]));
                }
            },
            TaskCreationOptions.LongRunning);
        var payments = Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Rounds; i++)
                {
                    Assert.True(together.SignalAndWait(Poll.Deadline));
                    Repeat(() => Commit([FromHttp(Paid($"p{i}")), FromKafka(1, Paid($"q{i}", offset: i))]));
                }
            },
            TaskCreationOptions.LongRunning);
        await Task.WhenAll(labels, payments);

        var journal = Store.ReadLabelJournal(0, 10_000);
        Assert.Equal(Enumerable.Range(1, 2 * Rounds).Select(static i => (long)i), journal.Select(static entry => entry.Sequence));
        Assert.Equal(2 * Rounds, journal.Select(static entry => entry.Change.Label.TransactionId).Distinct().Count());
        Assert.All(journal, static entry => Assert.Equal("terminal", entry.Change.Label.TerminalId.ToString()));
    }

    /// <summary>As the callers do.</summary>
    internal static T Repeat<T>(Func<T> work)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return work();
            }
            catch (StoreUnavailableException) when (tries < 1_000)
            {
                Thread.Yield();
            }
        }
    }

    private static Label Bare(string id) => new(ShortText.From(id), default, default, 0, IsFraud: true);

    private IEnumerable<(long Sequence, LabelChange Change)> LabelChanges() =>
        Store.ReadLabelJournal(0, 100).Select(static entry => (entry.Sequence, entry.Change));
}
