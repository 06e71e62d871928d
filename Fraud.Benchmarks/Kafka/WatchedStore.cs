using Fraud.Benchmarks.Measuring;
using Fraud.Stream.Batching;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;

namespace Fraud.Benchmarks.Kafka;

/// <summary>Measures from the moment the source asks where to start until every record of the topic is in the store.</summary>
internal sealed class WatchedStore(IFraudStore store, FilledTopic topic) : DelegatingStore(store)
{
    private readonly TaskCompletionSource<Sample> _allStored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Meter _meter;
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
            _allStored.TrySetResult(_meter.Stop(_stored));
        }

        return missing;
    }

    public override IReadOnlyDictionary<int, long> ReadOffsets(string topicName)
    {
        // Asked when partitions are assigned; the last time before the first record counts.
        if (topicName == topic.Name && _stored == 0)
        {
            _meter = Meter.Start();
        }

        return base.ReadOffsets(topicName);
    }
}
