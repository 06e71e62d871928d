using Fraud.Stream.Storage;
using Npgsql;

namespace Fraud.Stream.ReadModel;

/// <summary><see cref="IReaderPositions"/> in PostgreSQL.</summary>
internal sealed class PostgresReaderPositions(NpgsqlDataSource source, TimeSpan lockTimeout) : IReaderPositions
{
    /// <summary>Reader, shard, generation.</summary>
    public const string TakeSql = """
        INSERT INTO reader_positions (reader, shard, position, generation) VALUES ($1, $2, 0, $3)
        ON CONFLICT (reader, shard) DO UPDATE SET generation = excluded.generation WHERE reader_positions.generation <= excluded.generation
        RETURNING position
        """;

    // Locked in the order of shards, so that two nodes never wait for each other.
    private const string RaiseSql = """
        WITH mine AS (
            SELECT stored.shard, raised.position FROM reader_positions stored
            JOIN unnest($2, $3, $4) AS raised (shard, generation, position) USING (shard, generation)
            WHERE stored.reader = $1 ORDER BY stored.shard FOR UPDATE OF stored
        )
        UPDATE reader_positions stored SET position = greatest(stored.position, mine.position) FROM mine
        WHERE stored.reader = $1 AND stored.shard = mine.shard
        RETURNING stored.shard
        """;

    public long? Take(string reader, int shard, long generation) => PostgresErrors.Guard(() =>
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.Begin(lockTimeout);
        var position = connection.Query(TakeSql, static row => row.GetInt64(0), reader, shard, generation) is [var found] ? found : (long?)null;
        transaction.Commit();
        return position;
    });

    public IReadOnlyList<int> Raise(string reader, IReadOnlyList<ReaderPosition> positions) => PostgresErrors.Guard(() =>
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.Begin(lockTimeout);
        var raised = connection.Query(
            RaiseSql, static row => row.GetInt32(0), reader, positions.Select(static each => each.Shard).ToArray(),
            positions.Select(static each => each.Generation).ToArray(), positions.Select(static each => each.Position).ToArray());
        transaction.Commit();
        return positions.Select(static each => each.Shard).Except(raised).ToArray();
    });

    public IReadOnlyDictionary<int, long> Read(string reader) => source.Stream(
            "SELECT shard, position FROM reader_positions WHERE reader = $1",
            static row => KeyValuePair.Create(row.GetInt32(0), row.GetInt64(1)),
            reader)
        .ToDictionary();
}
