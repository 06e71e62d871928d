using Fraud.Model;
using Fraud.Stream.Cases;
using Fraud.Stream.Cluster;
using Fraud.Stream.Database;
using Fraud.Stream.History;
using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Retention;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;

namespace Fraud.Benchmarks.Workload;

/// <summary>A store that keeps nothing but positions and is never slow.</summary>
internal sealed class NullStore(int shards) : IFraudStore
{
    private readonly long[] _positions = new long[shards];
    private long _committed;

    public string Kind => "null";

    public int GroupSize => 256;

    public bool IsShared => false;

    public FraudDatabase Database => throw new NotSupportedException("It keeps no rows.");

    public ICaseStore Cases => throw new NotSupportedException("It keeps no payments.");

    public IPaymentHistory History => throw new NotSupportedException("It keeps no payments.");

    public IRetentionStore Retention => throw new NotSupportedException("It keeps nothing.");

    /// <summary>Payments committed so far.</summary>
    public long Committed => Interlocked.Read(ref _committed);

    public void Open()
    {
    }

    public IRowStore Rows => throw new NotSupportedException("It keeps no payments.");

    public IReadOnlyList<int> Commit(IReadOnlyList<ShardPage> pages)
    {
        foreach (var (commit, bytes) in pages)
        {
            _positions[commit.Shard] = commit.Sequence;
            Interlocked.Add(ref _committed, new PageReader(bytes.Span).Count ?? 0);
        }

        return [];
    }

    public IReadOnlyDictionary<int, long> ReadOffsets(string topic) => new Dictionary<int, long>();

    public IReadOnlyList<LabelChange> CommitLabels(string topic, int partition, long nextOffset, IReadOnlyList<Label> labels) => [];

    public IReaderPositions Positions => throw new NotSupportedException("It keeps no pages.");

    public IEarlierOutbox EarlierOutbox => throw new NotSupportedException("It is of no earlier version.");

    public void Ping()
    {
    }

    public StoreCounts Count() => default;

    public bool TryClaim(int shard, NodeIdentity node, out ShardHead head)
    {
        head = Head(shard);
        return true;
    }

    public bool Release(int shard, long generation) => true;

    public IReadOnlyList<ShardHead> ReadHeads() => [];

    public IReadOnlyList<ShardHead> ReadHeads(IReadOnlyList<int> shards) => [.. shards.Select(Head)];

    public IEnumerable<JournalPage> ReadJournal(int shard, long after, int limit) => [];

    public IReadOnlyList<JournalPage> ReadJournals(IReadOnlyDictionary<int, long> after, int limit) => [];

    public void PruneJournal(int shard, long upTo, long storedBeforeMs)
    {
    }

    public IReadOnlyList<LabelJournalEntry> ReadLabelJournal(long after, int limit) => [];

    public long LabelSequence() => 0;

    public bool SaveCards(CardSnapshot snapshot) => true;

    public IEnumerable<CardState> ReadCards(int shard) => [];

    public IReadOnlyList<CardState> ReadCards(int shard, IReadOnlyCollection<ShortText> cards) => [];

    public IReadOnlyList<CardState> ReadCards(int shard, ShortText after, int limit) => [];

    public bool DropCards(int shard, long generation, IReadOnlyCollection<ShortText> cards) => true;

    public void SaveTerminals(TerminalSnapshot snapshot)
    {
    }

    public TerminalSnapshot? ReadTerminals() => null;

    public void Dispose()
    {
    }

    private ShardHead Head(int shard) => ShardHead.New(shard).Claim("bench") with { Sequence = _positions[shard] };
}
