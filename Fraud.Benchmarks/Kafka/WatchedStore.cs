using Fraud.Benchmarks.Measuring;
using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Storage;

namespace Fraud.Benchmarks.Kafka;

/// <summary>Measures from the moment the source asks where to start until every record of the topic is in the store.</summary>
internal sealed class WatchedStore(IFraudStore store, FilledTopic topic) : IFraudStore
{
    private readonly TaskCompletionSource<Sample> _allStored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Meter _meter;
    private long _stored;

    public Task<Sample> AllStored => _allStored.Task;

    public string Kind => store.Kind;

    public void Open() => store.Open();

    public void Commit(IReadOnlyList<MicroBatch> batches)
    {
        store.Commit(batches);
        foreach (var batch in batches)
        {
            _stored += batch.Count;
        }

        if (_stored >= topic.Records)
        {
            _allStored.TrySetResult(_meter.Stop(_stored));
        }
    }

    public IReadOnlyDictionary<int, long> ReadOffsets(string topicName)
    {
        // Asked when partitions are assigned; the last time before the first record counts.
        if (topicName == topic.Name && _stored == 0)
        {
            _meter = Meter.Start();
        }

        return store.ReadOffsets(topicName);
    }

    public IEnumerable<JournalEntry> ReadJournal(long sinceEventTimeMs) => store.ReadJournal(sinceEventTimeMs);

    public long? NewestEventTimeMs() => store.NewestEventTimeMs();

    public IReadOnlyList<LabelChange> CommitLabels(
        string topicName, int partition, long nextOffset, IReadOnlyList<Label> labels, IReadOnlyList<UnreadableLabel> unreadable) =>
        store.CommitLabels(topicName, partition, nextOffset, labels, unreadable);

    public IReadOnlyList<LabelChange> CompleteLabels() => store.CompleteLabels();

    public IEnumerable<Label> ReadLabels(long sinceEventTimeMs) => store.ReadLabels(sinceEventTimeMs);

    public IReadOnlyList<OutboxRecord> ReadOutbox(int limit) => store.ReadOutbox(limit);

    public void MarkSent(IReadOnlyList<long> outboxIds) => store.MarkSent(outboxIds);

    public void Ping() => store.Ping();

    public StoreCounts Count() => store.Count();

    public void Dispose() => store.Dispose();
}
