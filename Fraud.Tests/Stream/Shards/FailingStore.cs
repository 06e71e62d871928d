using Fraud.Model.History;
using Fraud.Stream.Cluster;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;

namespace Fraud.Tests.Stream.Shards;

/// <summary>Fails once at a chosen step.</summary>
internal sealed class FailingStore(IFraudStore store) : DelegatingStore(store)
{
    private string _next = "";
    private int _repeatLooks;

    public bool RefusesClaims { get; set; }

    public int Left => Volatile.Read(ref _next).Length;

    public void FailNext(string step) => Volatile.Write(ref _next, step);

    public override bool TryClaim(int shard, NodeIdentity node, out ShardHead head)
    {
        At("claim");
        return base.TryClaim(shard, node, out head) && !RefusesClaims;
    }

    public override bool Release(int shard, long generation)
    {
        At("release");
        return base.Release(shard, generation);
    }

    public override IEnumerable<CardState> ReadCards(int shard)
    {
        At("cards");
        return base.ReadCards(shard);
    }

    public override IEnumerable<JournalPage> ReadJournal(int shard, long after, int limit)
    {
        At("journal");
        return base.ReadJournal(shard, after, limit);
    }

    public override bool SaveCards(CardSnapshot snapshot)
    {
        At("save");
        if (IsNext("broken"))
        {
            throw new InvalidOperationException("broken by the test");
        }

        // As after a write before that landed late.
        return !IsNext("refused") && base.SaveCards(snapshot);
    }

    /// <summary>How often notes of repeats were asked for.</summary>
    public int RepeatLooks => Volatile.Read(ref _repeatLooks);

    public override IRowStore Rows
    {
        get
        {
            Interlocked.Increment(ref _repeatLooks);
            return base.Rows;
        }
    }

    private bool IsNext(string step)
    {
        var isNext = Volatile.Read(ref _next) == step;
        if (isNext)
        {
            Volatile.Write(ref _next, "");
        }

        return isNext;
    }

    private void At(string step)
    {
        if (IsNext(step))
        {
            throw new StoreUnavailableException("away for a moment, says the test", new TimeoutException());
        }
    }
}
