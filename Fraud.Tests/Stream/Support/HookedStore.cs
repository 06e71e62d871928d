using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Storage;

namespace Fraud.Tests.Stream.Support;

/// <summary>A real store that a test can make slow or broken, and watch.</summary>
internal sealed class HookedStore(IFraudStore store) : IFraudStore
{
    private int _commits;
    private int _sweeps;

    /// <summary>Called before each commit with its number, from 1 on.</summary>
    public Action<int, IReadOnlyList<MicroBatch>> BeforeCommit { get; set; } = static (_, _) => { };

    /// <summary>Called with the ids that are about to be marked as sent.</summary>
    public Action<IReadOnlyList<long>> BeforeMarkSent { get; set; } = static _ => { };

    public int Commits => Volatile.Read(ref _commits);

    /// <summary>Calls of <see cref="CompleteLabels"/> that began.</summary>
    public int Sweeps => Volatile.Read(ref _sweeps);

    public string Kind => store.Kind;

    public void Open() => store.Open();

    public void Commit(IReadOnlyList<MicroBatch> batches)
    {
        BeforeCommit(Interlocked.Increment(ref _commits), batches);
        store.Commit(batches);
    }

    public IReadOnlyDictionary<int, long> ReadOffsets(string topic) => store.ReadOffsets(topic);

    public IEnumerable<JournalEntry> ReadJournal(long sinceEventTimeMs) => store.ReadJournal(sinceEventTimeMs);

    public long? NewestEventTimeMs() => store.NewestEventTimeMs();

    public IReadOnlyList<LabelChange> CommitLabels(
        string topic, int partition, long nextOffset, IReadOnlyList<Label> labels, IReadOnlyList<UnreadableLabel> unreadable) =>
        store.CommitLabels(topic, partition, nextOffset, labels, unreadable);

    public IReadOnlyList<LabelChange> CompleteLabels()
    {
        Interlocked.Increment(ref _sweeps);
        return store.CompleteLabels();
    }

    public IEnumerable<Label> ReadLabels(long sinceEventTimeMs) => store.ReadLabels(sinceEventTimeMs);

    public IReadOnlyList<OutboxRecord> ReadOutbox(int limit) => store.ReadOutbox(limit);

    public void MarkSent(IReadOnlyList<long> outboxIds)
    {
        BeforeMarkSent(outboxIds);
        store.MarkSent(outboxIds);
    }

    public void Ping() => store.Ping();

    public StoreCounts Count() => store.Count();

    public void Dispose() => store.Dispose();
}
