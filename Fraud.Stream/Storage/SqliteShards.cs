using Fraud.Stream.Cluster;

namespace Fraud.Stream.Storage;

/// <summary>Claims of shards and the journals, on the writing connection. One caller at a time.</summary>
internal sealed class SqliteShards(SqliteConnection connection, string transactionsTopic)
{
    private const string Select = """
        SELECT shard, generation, owner, address, sequence, snapshot_sequence, snapshot_labels, next_offset, claimed_at
        FROM shards LEFT JOIN offsets ON topic = ?1 AND partition = shard
        """;

    public const string SelectAll = Select + " ORDER BY shard";

    private readonly SqliteStatement _claim = connection.Prepare(
        """
        INSERT INTO shards (shard, generation, owner, address, claimed_at) VALUES (?1, 1, ?2, ?3, ?4)
        ON CONFLICT (shard) DO UPDATE SET generation = generation + 1, owner = excluded.owner, address = excluded.address,
            claimed_at = excluded.claimed_at
        """);

    private readonly SqliteStatement _select = connection.Prepare(Select + " WHERE shard = ?2");
    private readonly SqliteStatement _release = connection.Prepare(
        "UPDATE shards SET owner = '', address = '' WHERE shard = ?1 AND generation = ?2");

    private readonly SqliteStatement _take = connection.Prepare(
        "UPDATE shards SET sequence = sequence + 1 WHERE shard = ?1 AND generation = ?2 AND owner <> '' RETURNING sequence");

    private readonly SqliteStatement _page = connection.Prepare(
        "INSERT INTO journal (shard, sequence, payload, stored_at) VALUES (?1, ?2, ?3, ?4)");

    private readonly SqliteStatement _prune = connection.Prepare(
        """
        DELETE FROM journal WHERE shard = ?1
          AND sequence <= min(?2, (SELECT snapshot_sequence FROM shards WHERE shards.shard = ?1))
        """);

    public ShardRow Claim(int shard, NodeIdentity node, long nowMs)
    {
        ShardRow? row = null;
        connection.InTransaction(() =>
        {
            _claim.Integer(1, shard).Text(2, node.Name).Text(3, node.Address).Integer(4, nowMs).Run();
            _select.Text(1, transactionsTopic).Integer(2, shard).Step();
            row = Row(_select);
            _select.Reset();
        });
        return row!;
    }

    public void Release(int shard, long generation) => _release.Integer(1, shard).Integer(2, generation).Run();

    /// <summary>Within a commit: the next position of each shard whose claim is still the one named, by shard.</summary>
    public List<ShardPosition> TakePositions(IReadOnlyDictionary<int, long> claims)
    {
        var positions = new List<ShardPosition>(claims.Count);
        foreach (var (shard, generation) in claims)
        {
            if (_take.Integer(1, shard).Integer(2, generation).Step())
            {
                positions.Add(new ShardPosition(shard, _take.Integer(0)));
            }

            _take.Reset();
        }

        return positions;
    }

    public void WritePage(ShardPosition position, ReadOnlySpan<byte> payload, long nowMs) =>
        _page.Integer(1, position.Shard).Integer(2, position.Sequence).Blob(3, payload).Integer(4, nowMs).Run();

    public void Prune(int shard, long upTo) => _prune.Integer(1, shard).Integer(2, upTo).Run();

    public static ShardRow Row(SqliteStatement row) => new(
        (int)row.Integer(0), row.Integer(1), row.Text(2), row.Text(3), row.Integer(4), row.Integer(5), row.Integer(6),
        row.IsNull(7) ? null : row.Integer(7), row.Integer(8));
}
