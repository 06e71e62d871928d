using Fraud.Model;
using Fraud.Stream.Cases;
using Fraud.Stream.History;
using Fraud.Stream.ReadModel;
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

    /// <summary>Called with the positions of readers that are about to be raised.</summary>
    public Action<IReadOnlyList<ReaderPosition>> BeforeRaise { get; set; } = static _ => { };

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

    public override IReaderPositions Positions => new HookedPositions(base.Positions, this);

    public override IReadOnlyList<LabelChange> CommitLabels(string topic, int partition, long nextOffset, IReadOnlyList<Label> labels)
    {
        this.WaitForRows(Patience);
        return base.CommitLabels(topic, partition, nextOffset, labels);
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

    private sealed class HookedPositions(IReaderPositions positions, HookedStore store) : IReaderPositions
    {
        public long? Take(string reader, int shard, long generation) => positions.Take(reader, shard, generation);

        public IReadOnlyList<int> Raise(string reader, IReadOnlyList<ReaderPosition> raised)
        {
            store.BeforeRaise(raised);
            return positions.Raise(reader, raised);
        }

        public IReadOnlyDictionary<int, long> Read(string reader) => positions.Read(reader);
    }
}
