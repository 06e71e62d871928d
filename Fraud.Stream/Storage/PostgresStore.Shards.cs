using Fraud.Model;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;

namespace Fraud.Stream.Storage;

/// <content>Shards, journals and snapshots.</content>
public sealed partial class PostgresStore
{
    public bool TryClaim(int shard, NodeIdentity node, out ShardHead head)
    {
        var claimed = _shards.Claim(shard, node);
        head = claimed ?? ShardHead.New(shard);
        return claimed is not null;
    }

    public bool Release(int shard, long generation) => _shards.Release(shard, generation);

    public IReadOnlyList<ShardHead> ReadHeads() => _shards.ReadHeads();

    public IReadOnlyList<ShardHead> ReadHeads(IReadOnlyList<int> shards) => _shards.ReadHeads(shards);

    public IEnumerable<JournalPage> ReadJournal(int shard, long after, int limit) => _shards.ReadJournal(shard, after, limit);

    public IReadOnlyList<JournalPage> ReadJournals(IReadOnlyDictionary<int, long> after, int limit) =>
        _shards.ReadJournals(after, limit);

    public void PruneJournal(int shard, long upTo, long storedBeforeMs) => _shards.PruneJournal(shard, upTo, storedBeforeMs);

    public IReadOnlyList<LabelJournalEntry> ReadLabelJournal(long after, int limit) => _shards.ReadLabelJournal(after, limit);

    public long LabelSequence() => _shards.LabelSequence();

    public bool SaveCards(CardSnapshot snapshot) => _snapshots.SaveCards(snapshot);

    public IEnumerable<CardState> ReadCards(int shard) => _snapshots.ReadCards(shard);

    public IReadOnlyList<CardState> ReadCards(int shard, IReadOnlyCollection<ShortText> cards) =>
        _snapshots.ReadCards(shard, cards);

    public IReadOnlyList<CardState> ReadCards(int shard, ShortText after, int limit) => _snapshots.ReadCards(shard, after, limit);

    public bool DropCards(int shard, long generation, IReadOnlyCollection<ShortText> cards) =>
        _snapshots.DropCards(shard, generation, cards);

    public void SaveTerminals(TerminalSnapshot snapshot) => _snapshots.SaveTerminals(snapshot);

    public TerminalSnapshot? ReadTerminals() => _snapshots.ReadTerminals();
}
