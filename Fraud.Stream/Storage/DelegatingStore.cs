using Fraud.Model;
using Fraud.Stream.Cases;
using Fraud.Stream.Cluster;
using Fraud.Stream.Database;
using Fraud.Stream.History;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Retention;
using Fraud.Stream.Shards;

namespace Fraud.Stream.Storage;

/// <summary>A store around a store: override what should be different. For measuring and for faults.</summary>
public abstract class DelegatingStore(IFraudStore inner) : IFraudStore
{
    public virtual string Kind => inner.Kind;

    public virtual int GroupSize => inner.GroupSize;

    public virtual bool IsShared => inner.IsShared;

    public virtual FraudDatabase Database => inner.Database;

    public virtual ICaseStore Cases => inner.Cases;

    public virtual IPaymentHistory History => inner.History;

    public virtual IRetentionStore Retention => inner.Retention;

    public virtual void Open() => inner.Open();

    public virtual IReadOnlyList<int> Commit(IReadOnlyList<ShardPage> pages) => inner.Commit(pages);

    public virtual IRowStore Rows => inner.Rows;

    public virtual IReadOnlyDictionary<int, long> ReadOffsets(string topic) => inner.ReadOffsets(topic);

    public virtual IReadOnlyList<LabelChange> CommitLabels(string topic, int partition, long nextOffset, IReadOnlyList<Label> labels) =>
        inner.CommitLabels(topic, partition, nextOffset, labels);

    public virtual IReaderPositions Positions => inner.Positions;

    public virtual IEarlierOutbox EarlierOutbox => inner.EarlierOutbox;

    public virtual void Ping() => inner.Ping();

    public virtual StoreCounts Count() => inner.Count();

    public virtual bool TryClaim(int shard, NodeIdentity node, out ShardHead head) => inner.TryClaim(shard, node, out head);

    public virtual bool Release(int shard, long generation) => inner.Release(shard, generation);

    public virtual IReadOnlyList<ShardHead> ReadHeads() => inner.ReadHeads();

    public virtual IReadOnlyList<ShardHead> ReadHeads(IReadOnlyList<int> shards) => inner.ReadHeads(shards);

    public virtual IEnumerable<JournalPage> ReadJournal(int shard, long after, int limit) => inner.ReadJournal(shard, after, limit);

    public virtual IReadOnlyList<JournalPage> ReadJournals(IReadOnlyDictionary<int, long> after, int limit) => inner.ReadJournals(after, limit);

    public virtual void PruneJournal(int shard, long upTo, long storedBeforeMs) => inner.PruneJournal(shard, upTo, storedBeforeMs);

    public virtual IReadOnlyList<LabelJournalEntry> ReadLabelJournal(long after, int limit) => inner.ReadLabelJournal(after, limit);

    public virtual long LabelSequence() => inner.LabelSequence();

    public virtual bool SaveCards(CardSnapshot snapshot) => inner.SaveCards(snapshot);

    public virtual IEnumerable<CardState> ReadCards(int shard) => inner.ReadCards(shard);

    public virtual IReadOnlyList<CardState> ReadCards(int shard, IReadOnlyCollection<ShortText> cards) => inner.ReadCards(shard, cards);

    public virtual IReadOnlyList<CardState> ReadCards(int shard, ShortText after, int limit) => inner.ReadCards(shard, after, limit);

    public virtual bool DropCards(int shard, long generation, IReadOnlyCollection<ShortText> cards) =>
        inner.DropCards(shard, generation, cards);

    public virtual void SaveTerminals(TerminalSnapshot snapshot) => inner.SaveTerminals(snapshot);

    public virtual TerminalSnapshot? ReadTerminals() => inner.ReadTerminals();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
    }
}
