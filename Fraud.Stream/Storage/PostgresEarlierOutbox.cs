using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary><see cref="IEarlierOutbox"/> in PostgreSQL. Nodes that share it may find that another has removed it.</summary>
internal sealed class PostgresEarlierOutbox(NpgsqlDataSource source, TimeSpan lockTimeout) : IEarlierOutbox
{
    private const string DropWhenEmpty =
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM outbox) THEN DROP TABLE outbox; END IF; END $$";

    /// <summary>Of a store that is copied before all that it had to send has left.</summary>
    public static void Make(NpgsqlConnection connection) => connection.Execute(
        """
        CREATE TABLE outbox (
            id bigint PRIMARY KEY, shard integer NOT NULL, kind smallint NOT NULL, source text NOT NULL UNIQUE, key bytea NOT NULL,
            value bytea NOT NULL, headers text NOT NULL, sent boolean NOT NULL)
        """);

    /// <summary>Of a database that is upgraded: what was sent leaves.</summary>
    public static void Begin(NpgsqlConnection connection)
    {
        connection.Execute("DELETE FROM outbox WHERE sent");
        connection.Execute(DropWhenEmpty);
    }

    public bool Exists() => source.Stream("SELECT to_regclass('outbox') IS NOT NULL", static row => row.GetBoolean(0)).First();

    public IReadOnlyList<EarlierRecord> Read(IReadOnlyCollection<int> shards, int limit)
    {
        try
        {
            return [.. source.Stream(
                "SELECT id, kind, key, value, headers FROM outbox WHERE shard = ANY ($1) ORDER BY id LIMIT $2",
                static row => new EarlierRecord(
                    row.GetInt64(0), row.GetInt16(1) == 1, row.GetFieldValue<byte[]>(2), row.GetFieldValue<byte[]>(3), StoredJson.ReadHeaders(row.GetString(4))),
                shards.ToArray(), limit)];
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // Another node has sent the last one since.
            return [];
        }
    }

    public void Remove(IReadOnlyList<long> ids) => PostgresErrors.Guard(() =>
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.Begin(lockTimeout);
        // Two nodes that remove the last ones together would each find the other's.
        connection.Lock(PostgresSession.SchemaLock);
        if (!connection.Query("SELECT to_regclass('outbox') IS NOT NULL", static row => row.GetBoolean(0))[0])
        {
            return;
        }

        connection.Execute("DELETE FROM outbox WHERE id = ANY ($1)", (object)ids.ToArray());
        connection.Execute(DropWhenEmpty);
        transaction.Commit();
    });
}
