using Fraud.Model;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;
using Npgsql;
using static Fraud.Stream.Storage.PostgresErrors;

namespace Fraud.Stream.Storage;

/// <summary>Claims of shards, and the journals.</summary>
internal sealed class PostgresShards(NpgsqlDataSource source, TimeSpan lockTimeout, TimeProvider time)
{
    private const string Columns =
        "shard, generation, owner, address, sequence, snapshot_sequence, snapshot_labels, next_offset, claimed_at, commit_id";

    private const string Select = $"SELECT {Columns} FROM shards";

    /// <returns>Null when the node was removed from the cluster: nothing was raised.</returns>
    public ShardHead? Claim(int shard, NodeIdentity node) => Guard(() =>
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.Begin(lockTimeout);
        connection.Execute(
            """
            INSERT INTO shards (shard, generation, owner, address, claimed_at) VALUES ($1, 1, $2, $3, $4)
            ON CONFLICT (shard) DO UPDATE SET generation = shards.generation + 1, owner = excluded.owner,
                address = excluded.address, claimed_at = excluded.claimed_at
            """,
            shard, node.Name, node.Address, time.GetUtcNow().ToUnixTimeMilliseconds());

        // A statement of its own: it sees what a commit wrote that held the row a moment ago, and a removal meanwhile.
        var claimed = connection.Query(
            $"""
            {Select} WHERE shard = $1
                AND NOT EXISTS (SELECT FROM cluster_nodes WHERE incarnation = $2 AND removed_at IS NOT NULL)
            """,
            Head, shard, node.Name);
        if (claimed is not [var head])
        {
            return null;
        }

        transaction.Commit();
        return head;
    });

    public bool Release(int shard, long generation) => Guard(() =>
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.Begin(lockTimeout);
        var isReleased =
            connection.Execute("UPDATE shards SET owner = '', address = '' WHERE shard = $1 AND generation = $2", shard, generation) == 1;
        transaction.Commit();
        return isReleased;
    });

    public IReadOnlyList<ShardHead> ReadHeads() => [.. source.Stream(Select + " ORDER BY shard", Head)];

    public IReadOnlyList<ShardHead> ReadHeads(IReadOnlyList<int> shards) =>
        [.. source.Stream(Select + " WHERE shard = ANY ($1) ORDER BY shard", Head, (object)shards.ToArray())];

    public IEnumerable<JournalPage> ReadJournal(int shard, long after, int limit) => source.Stream(
        "SELECT shard, sequence, payload FROM journal WHERE shard = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
        Page, shard, after, limit);

    public IReadOnlyList<JournalPage> ReadJournals(IReadOnlyDictionary<int, long> after, int limit) =>
        [.. source.Stream(
            """
            SELECT page.shard, page.sequence, page.payload
            FROM unnest($1, $2) AS asked (shard, sequence) CROSS JOIN LATERAL (
                SELECT shard, sequence, payload FROM journal
                WHERE journal.shard = asked.shard AND journal.sequence > asked.sequence
                ORDER BY journal.sequence LIMIT $3) AS page
            ORDER BY page.shard, page.sequence
            """,
            Page, after.Keys.ToArray(), after.Values.ToArray(), limit)];

    public void PruneJournal(int shard, long upTo, long storedBeforeMs) => Guard(() =>
    {
        using var connection = source.OpenConnection();
        connection.Execute(
            """
            DELETE FROM journal WHERE shard = $1 AND stored_at < $3
              AND sequence <= least($2, (SELECT snapshot_sequence FROM shards WHERE shards.shard = $1))
            """,
            shard, upTo, storedBeforeMs);
    });

    public IReadOnlyList<LabelJournalEntry> ReadLabelJournal(long after, int limit) =>
        [.. source.Stream(
            """
            SELECT sequence, transaction_id, card_id, terminal_id, event_time, fraud_delta, stored_at
            FROM label_journal WHERE sequence > $1 ORDER BY sequence LIMIT $2
            """,
            static row => new LabelJournalEntry(
                row.GetInt64(0),
                new LabelChange(
                    new Label(Text(row, 1), Text(row, 2), Text(row, 3), row.GetInt64(4), row.GetInt16(5) > 0), row.GetInt16(5)),
                row.GetInt64(6)),
            after, limit)];

    public long LabelSequence() =>
        source.Stream("SELECT coalesce(max(sequence), 0) FROM label_journal", static row => row.GetInt64(0)).First();

    private static ShardHead Head(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetInt64(1), row.GetString(2), row.GetInt64(4), row.IsDBNull(7) ? null : row.GetInt64(7), row.GetInt64(5),
        row.GetGuid(9))
    {
        Address = row.GetString(3),
        SnapshotLabels = row.GetInt64(6),
        ClaimedAtMs = row.GetInt64(8),
    };

    private static JournalPage Page(NpgsqlDataReader row) => new(row.GetInt32(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2));

    private static ShortText Text(NpgsqlDataReader row, int column) => ShortText.From(row.GetString(column));
}
