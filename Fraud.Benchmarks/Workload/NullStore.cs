using Fraud.Model;
using Fraud.Stream.Audit;
using Fraud.Stream.Batching;
using Fraud.Stream.Cases;
using Fraud.Stream.Cluster;
using Fraud.Stream.Drift;
using Fraud.Stream.Keys;
using Fraud.Stream.Registry;
using Fraud.Stream.Shadow;
using Fraud.Stream.Storage;
using Fraud.Stream.Webhooks;

namespace Fraud.Benchmarks.Workload;

/// <summary>A store that keeps nothing but positions and is never slow.</summary>
internal sealed class NullStore(int shards) : IFraudStore
{
    private readonly long[] _positions = new long[shards];
    private readonly List<ShardPosition> _moved = [];
    private long _committed;

    public string Kind => "null";

    public int GroupSize => 256;

    public bool IsShared => false;

    public ICaseStore Cases => throw new NotSupportedException("It keeps no payments.");

    public IShadowStore Shadows => throw new NotSupportedException("It keeps no scores.");

    public IQualityStore Quality => throw new NotSupportedException("It keeps no payments.");

    public IWebhookStore Webhooks => throw new NotSupportedException("It keeps no events.");

    public IPaymentHistory History => throw new NotSupportedException("It keeps no payments.");

    public ITrainingLeases TrainingLeases => throw new NotSupportedException("It keeps no leases.");

    public IRegistryStore Models => throw new NotSupportedException("It keeps no models.");

    /// <summary>Payments committed so far.</summary>
    public long Committed => Interlocked.Read(ref _committed);

    public void Open()
    {
    }

    public IReadOnlyList<ShardPosition> Commit(IReadOnlyList<MicroBatch> batches, ShardLeases leases)
    {
        _moved.Clear();
        foreach (var batch in batches)
        {
            var shard = batch.KafkaPartition;
            if (!_moved.Exists(position => position.Shard == shard))
            {
                _moved.Add(new ShardPosition(shard, ++_positions[shard]));
            }

            Interlocked.Add(ref _committed, batch.Count);
        }

        return _moved;
    }

    public IReadOnlyDictionary<int, long> ReadOffsets(string topic) => new Dictionary<int, long>();

    public IReadOnlyList<LabelChange> CommitLabels(
        string topic, int partition, long nextOffset, IReadOnlyList<Label> labels, IReadOnlyList<UnreadableLabel> unreadable) => [];

    public IReadOnlyList<OutboxRecord> ReadOutbox(IReadOnlyCollection<int> shards, int limit) => [];

    public void MarkSent(IReadOnlyList<long> outboxIds)
    {
    }

    public void Ping()
    {
    }

    public StoreCounts Count() => default;

    public ShardRow Claim(int shard, NodeIdentity node) =>
        new(shard, 1, node.Name, node.Address, _positions[shard], 0, 0, NextOffset: null, ClaimedAtMs: 0);

    public void Release(int shard, long generation)
    {
    }

    public IReadOnlyList<ShardRow> ReadShards() => [];

    public IEnumerable<JournalPage> ReadJournal(int shard, long after, int limit) => [];

    public IReadOnlyList<JournalPage> ReadJournals(IReadOnlyDictionary<int, long> after, int limit) => [];

    public void PruneJournal(int shard, long upTo)
    {
    }

    public IReadOnlyList<LabelJournalEntry> ReadLabelJournal(long after, int limit) => [];

    public long LabelSequence() => 0;

    public void SaveCards(CardSnapshot snapshot)
    {
    }

    public IEnumerable<CardState> ReadCards(int shard) => [];

    public IReadOnlyList<CardState> ReadCards(int shard, IReadOnlyCollection<ShortText> cards) => [];

    public IReadOnlyList<CardState> ReadCards(int shard, ShortText after, int limit) => [];

    public void DropCards(int shard, long generation, IReadOnlyCollection<ShortText> cards)
    {
    }

    public void SaveTerminals(TerminalSnapshot snapshot)
    {
    }

    public TerminalSnapshot? ReadTerminals() => null;

    public void Dispose()
    {
    }

    public bool AddKey(StoredKey key, AuditEntry entry) => false;

    public bool RevokeKey(string id, long atMs, AuditEntry entry) => false;

    public IReadOnlyList<StoredKey> ReadKeys() => [];

    public long ReadKeyVersion() => 0;

    public void AppendAudit(AuditEntry entry)
    {
    }

    public IReadOnlyList<AuditEntry> ReadAudit(long before, int limit) => [];
}
