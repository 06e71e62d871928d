using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Storage;

namespace Fraud.Benchmarks.Workload;

/// <summary>A store that keeps nothing and is never slow.</summary>
internal sealed class NullStore : IFraudStore
{
    private long _committed;

    public string Kind => "null";

    /// <summary>Payments committed so far.</summary>
    public long Committed => Interlocked.Read(ref _committed);

    public void Open()
    {
    }

    public void Commit(IReadOnlyList<MicroBatch> batches)
    {
        foreach (var batch in batches)
        {
            Interlocked.Add(ref _committed, batch.Count);
        }
    }

    public IReadOnlyDictionary<int, long> ReadOffsets(string topic) => new Dictionary<int, long>();

    public IEnumerable<JournalEntry> ReadJournal(long sinceEventTimeMs) => [];

    public long? NewestEventTimeMs() => null;

    public IReadOnlyList<LabelChange> CommitLabels(
        string topic, int partition, long nextOffset, IReadOnlyList<Label> labels, IReadOnlyList<UnreadableLabel> unreadable) => [];

    public IReadOnlyList<LabelChange> CompleteLabels() => [];

    public IEnumerable<Label> ReadLabels(long sinceEventTimeMs) => [];

    public IReadOnlyList<OutboxRecord> ReadOutbox(int limit) => [];

    public void MarkSent(IReadOnlyList<long> outboxIds)
    {
    }

    public void Ping()
    {
    }

    public StoreCounts Count() => default;

    public void Dispose()
    {
    }
}
