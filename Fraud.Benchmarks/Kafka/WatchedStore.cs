using Fraud.Benchmarks.Measuring;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;

namespace Fraud.Benchmarks.Kafka;

/// <summary>Measures from the first claim of a shard, whose partition is read then, until every record of the topic is in the store.</summary>
internal sealed class WatchedStore(IFraudStore store, FilledTopic topic) : DelegatingStore(store)
{
    private readonly TaskCompletionSource<Sample> _allStored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Meter? _meter;
    private long _stored;

    public Task<Sample> AllStored => _allStored.Task;

    public override IReadOnlyList<int> Commit(IReadOnlyList<MicroBatch> batches, IReadOnlyList<ShardCommit> commits)
    {
        var missing = base.Commit(batches, commits);
        foreach (var batch in batches)
        {
            _stored += batch.Count;
        }

        if (_stored >= topic.Records)
        {
            _allStored.TrySetResult((_meter ?? throw new InvalidOperationException("Stored, and no shard was claimed.")).Stop(_stored));
        }

        return missing;
    }

    public override bool TryClaim(int shard, NodeIdentity node, out ShardHead head)
    {
        lock (_gate)
        {
            // Shards are claimed side by side.
            _meter ??= Meter.Start();
        }

        return base.TryClaim(shard, node, out head);
    }
}
