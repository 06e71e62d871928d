using Fraud.Stream.Batching;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;

namespace Fraud.Tests.Stream.Support;

/// <summary>A real store that a test can make slow or broken, and watch.</summary>
internal sealed class HookedStore(IFraudStore store) : DelegatingStore(store)
{
    private int _commits;

    /// <summary>Called before each commit with its number, from 1 on.</summary>
    public Action<int, IReadOnlyList<MicroBatch>> BeforeCommit { get; set; } = static (_, _) => { };

    /// <summary>Called with the ids that are about to be marked as sent.</summary>
    public Action<IReadOnlyList<long>> BeforeMarkSent { get; set; } = static _ => { };

    public int Commits => Volatile.Read(ref _commits);

    public override IReadOnlyList<int> Commit(IReadOnlyList<MicroBatch> batches, IReadOnlyList<ShardCommit> commits)
    {
        BeforeCommit(Interlocked.Increment(ref _commits), batches);
        return base.Commit(batches, commits);
    }

    public override void MarkSent(IReadOnlyList<long> outboxIds)
    {
        BeforeMarkSent(outboxIds);
        base.MarkSent(outboxIds);
    }
}
