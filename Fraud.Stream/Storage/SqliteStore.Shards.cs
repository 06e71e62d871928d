using System.Text.Json;
using Fraud.Model;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;

namespace Fraud.Stream.Storage;

/// <content>Shards, journals and snapshots.</content>
public sealed partial class SqliteStore
{
    /// <remarks>A file has no cluster that could have removed the process.</remarks>
    public bool TryClaim(int shard, NodeIdentity node, out ShardHead head)
    {
        lock (JournalFile.Writing)
        {
            head = Pages.Shards.Claim(shard, node, NowMs);
            return true;
        }
    }

    public bool Release(int shard, long generation)
    {
        lock (JournalFile.Writing)
        {
            return Pages.Shards.Release(shard, generation);
        }
    }

    public IReadOnlyList<ShardHead> ReadHeads() =>
        [.. JournalFile.Read(SqliteShards.SelectAll, static _ => { }, SqliteShards.Head)];

    public IReadOnlyList<ShardHead> ReadHeads(IReadOnlyList<int> shards) =>
        [.. JournalFile.Read(SqliteShards.SelectSome, query => query.Text(1, JsonSerializer.Serialize(shards)), SqliteShards.Head)];

    public IEnumerable<JournalPage> ReadJournal(int shard, long after, int limit) => JournalFile.Read(
        "SELECT shard, sequence, payload FROM journal WHERE shard = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3",
        query => query.Integer(1, shard).Integer(2, after).Integer(3, limit),
        static row => new JournalPage((int)row.Integer(0), row.Integer(1), row.Blob(2)));

    public IReadOnlyList<JournalPage> ReadJournals(IReadOnlyDictionary<int, long> after, int limit) =>
        [.. after.OrderBy(static position => position.Key).SelectMany(position => ReadJournal(position.Key, position.Value, limit))];

    public void PruneJournal(int shard, long upTo, long storedBeforeMs)
    {
        lock (JournalFile.Writing)
        {
            Pages.Shards.Prune(shard, upTo, storedBeforeMs);
        }
    }

    public IReadOnlyList<LabelJournalEntry> ReadLabelJournal(long after, int limit) =>
        [.. RowsFile.Read(
            """
            SELECT sequence, transaction_id, card_id, terminal_id, event_time, fraud_delta, stored_at
            FROM label_journal WHERE sequence > ?1 ORDER BY sequence LIMIT ?2
            """,
            query => query.Integer(1, after).Integer(2, limit),
            static row => new LabelJournalEntry(
                row.Integer(0),
                new LabelChange(
                    new Label(row.ShortText(1), row.ShortText(2), row.ShortText(3), row.Integer(4), row.Integer(5) > 0),
                    (int)row.Integer(5)),
                row.Integer(6)))];

    public long LabelSequence() =>
        RowsFile.Read("SELECT coalesce(max(sequence), 0) FROM label_journal", static _ => { }, static row => row.Integer(0)).First();

    public bool SaveCards(CardSnapshot snapshot)
    {
        lock (JournalFile.Writing)
        {
            return Pages.Snapshots.SaveCards(snapshot);
        }
    }

    public IEnumerable<CardState> ReadCards(int shard) => JournalFile.Read(
        "SELECT card_id, payload FROM card_states WHERE shard = ?1", query => query.Integer(1, shard), Card);

    public IReadOnlyList<CardState> ReadCards(int shard, IReadOnlyCollection<ShortText> cards)
    {
        using var reader = JournalFile.Rent();
        var query = reader.Prepare("SELECT card_id, payload FROM card_states WHERE shard = ?1 AND card_id = ?2");
        var found = new List<CardState>(cards.Count);
        foreach (var card in cards)
        {
            if (query.Integer(1, shard).Text(2, card.Utf8).Step())
            {
                found.Add(Card(query));
            }

            query.Reset();
        }

        return found;
    }

    public IReadOnlyList<CardState> ReadCards(int shard, ShortText after, int limit) =>
        [.. JournalFile.Read(
            "SELECT card_id, payload FROM card_states WHERE shard = ?1 AND card_id > ?2 ORDER BY card_id LIMIT ?3",
            query => query.Integer(1, shard).Text(2, after.Utf8).Integer(3, limit),
            Card)];

    public bool DropCards(int shard, long generation, IReadOnlyCollection<ShortText> cards)
    {
        lock (JournalFile.Writing)
        {
            return Pages.Snapshots.DropCards(shard, generation, cards);
        }
    }

    public void SaveTerminals(TerminalSnapshot snapshot)
    {
        lock (JournalFile.Writing)
        {
            Pages.Snapshots.SaveTerminals(snapshot);
        }
    }

    public TerminalSnapshot? ReadTerminals() => StoredTerminals.Join(JournalFile.Read(
        "SELECT labels, positions, payload FROM terminal_snapshots ORDER BY ordinal",
        static _ => { },
        static row => new StoredTerminals(row.Integer(0), row.IsNull(1) ? null : row.Text(1), row.Blob(2))));

    private static CardState Card(SqliteStatement row) => new(row.ShortText(0), row.Blob(1));
}
