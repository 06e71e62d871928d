using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;

namespace Fraud.Stream.Storage;

/// <summary>Claims of shards and the journals, on the writing connection. One caller at a time.</summary>
internal sealed class SqliteShards(SqliteConnection connection)
{
    private const string Select = """
        SELECT shard, generation, owner, address, sequence, snapshot_sequence, snapshot_labels, next_offset, claimed_at, commit_id
        FROM shards
        """;

    public const string SelectAll = Select + " ORDER BY shard";

    public const string SelectSome = Select + " WHERE shard IN (SELECT value FROM json_each(?1)) ORDER BY shard";

    private readonly SqliteStatement _claim = connection.Prepare(
        """
        INSERT INTO shards (shard, generation, owner, address, claimed_at) VALUES (?1, 1, ?2, ?3, ?4)
        ON CONFLICT (shard) DO UPDATE SET generation = generation + 1, owner = excluded.owner, address = excluded.address,
            claimed_at = excluded.claimed_at
        """);

    private readonly SqliteStatement _select = connection.Prepare(Select + " WHERE shard = ?1");
    private readonly SqliteStatement _release = connection.Prepare(
        "UPDATE shards SET owner = '', address = '' WHERE shard = ?1 AND generation = ?2");

    private readonly SqliteStatement _take = connection.Prepare(
        "UPDATE shards SET sequence = ?3, commit_id = ?4, next_offset = ?5 WHERE shard = ?1 AND generation = ?2 AND sequence = ?3 - 1");

    private readonly SqliteStatement _page = connection.Prepare(
        "INSERT INTO journal (shard, sequence, payload, stored_at) VALUES (?1, ?2, ?3, ?4)");

    private readonly SqliteStatement _prune = connection.Prepare(
        """
        DELETE FROM journal WHERE shard = ?1 AND stored_at < ?3
          AND sequence <= min(?2, (SELECT snapshot_sequence FROM shards WHERE shards.shard = ?1))
        """);

    public ShardHead Claim(int shard, NodeIdentity node, long nowMs)
    {
        ShardHead? head = null;
        connection.InTransaction(() =>
        {
            _claim.Integer(1, shard).Text(2, node.Name).Text(3, node.Address).Integer(4, nowMs).Run();
            _select.Integer(1, shard).Step();
            head = Head(_select);
            _select.Reset();
        });
        return head!;
    }

    public bool Release(int shard, long generation)
    {
        _release.Integer(1, shard).Integer(2, generation).Run();
        return connection.Changes == 1;
    }

    /// <summary>Within a commit: compares and sets the heads; those that are not as expected are named.</summary>
    public IReadOnlyList<int> TakeHeads(IReadOnlyList<ShardPage> pages)
    {
        List<int>? missing = null;
        Span<byte> id = stackalloc byte[16];
        foreach (var (commit, _) in pages)
        {
            commit.CommitId.TryWriteBytes(id, bigEndian: true, out _);
            _take.Integer(1, commit.Shard).Integer(2, commit.Generation).Integer(3, commit.Sequence).Blob(4, id);
            (commit.NextOffset is { } next ? _take.Integer(5, next) : _take.Null(5)).Run();
            if (connection.Changes == 0)
            {
                (missing ??= []).Add(commit.Shard);
            }
        }

        return missing ?? [];
    }

    public void WritePage(in ShardPage page, long nowMs) =>
        _page.Integer(1, page.Commit.Shard).Integer(2, page.Commit.Sequence).Blob(3, page.Bytes.Span).Integer(4, nowMs).Run();

    public void Prune(int shard, long upTo, long storedBeforeMs) => _prune.Integer(1, shard).Integer(2, upTo).Integer(3, storedBeforeMs).Run();

    public static ShardHead Head(SqliteStatement row) => new(
        (int)row.Integer(0), row.Integer(1), row.Text(2), row.Integer(4), row.IsNull(7) ? null : row.Integer(7), row.Integer(5),
        new Guid(row.Blob(9), bigEndian: true))
    {
        Address = row.Text(3),
        SnapshotLabels = row.Integer(6),
        ClaimedAtMs = row.Integer(8),
    };
}
