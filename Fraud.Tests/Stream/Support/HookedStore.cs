using Fraud.Model;
using Fraud.Stream.Cases;
using Fraud.Stream.History;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Support;

/// <summary>A real store that a test can make slow or broken, and watch. What counts rows sees those of all that was committed before.</summary>
internal sealed class HookedStore(IFraudStore store) : DelegatingStore(store)
{
    // Where nobody writes rows the test is told what is there.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private int _commits;

    /// <summary>Called before each commit with its number, from 1 on.</summary>
    public Action<int, IReadOnlyList<ShardPage>> BeforeCommit { get; set; } = static (_, _) => { };

    /// <summary>Called with the ids that are about to be marked as sent.</summary>
    public Action<IReadOnlyList<long>> BeforeMarkSent { get; set; } = static _ => { };

    public int Commits => Volatile.Read(ref _commits);

    public override ICaseStore Cases
    {
        get
        {
            this.WaitForRows(Patience);
            return base.Cases;
        }
    }

    public override IPaymentHistory History
    {
        get
        {
            this.WaitForRows(Patience);
            return base.History;
        }
    }

    public override IReadOnlyList<LabelChange> CommitLabels(
        string topic, int partition, long nextOffset, IReadOnlyList<Label> labels, IReadOnlyList<UnreadableLabel> unreadable)
    {
        this.WaitForRows(Patience);
        return base.CommitLabels(topic, partition, nextOffset, labels, unreadable);
    }

    public override IReadOnlyList<int> Commit(IReadOnlyList<ShardPage> pages)
    {
        BeforeCommit(Interlocked.Increment(ref _commits), pages);
        return base.Commit(pages);
    }

    public override StoreCounts Count()
    {
        this.WaitForRows(Patience);
        return base.Count();
    }

    public override void MarkSent(IReadOnlyList<long> outboxIds)
    {
        BeforeMarkSent(outboxIds);
        base.MarkSent(outboxIds);
    }
}
