using System.Text.Json;

namespace Fraud.Stream.Storage;

/// <summary><see cref="IEarlierOutbox"/> in SQLite.</summary>
internal sealed class SqliteEarlierOutbox(SqliteFile file) : IEarlierOutbox
{
    /// <summary>Of a file that is upgraded: what was sent leaves.</summary>
    public static void Begin(SqliteConnection connection)
    {
        connection.Execute("DELETE FROM outbox WHERE sent <> 0");
        DropWhenEmpty(connection);
    }

    public bool Exists() =>
        file.Read("SELECT 1 FROM sqlite_schema WHERE name = 'outbox'", static _ => { }, static row => row.Integer(0)).Any();

    // By id and not by shard: the one node of a file owns nearly all of them.
    public IReadOnlyList<EarlierRecord> Read(IReadOnlyCollection<int> shards, int limit) =>
        [.. file.Read(
            "SELECT id, kind, key, value, headers FROM outbox WHERE shard IN (SELECT value FROM json_each(?1)) ORDER BY id LIMIT ?2",
            query => query.Text(1, JsonSerializer.Serialize(shards)).Integer(2, limit),
            static row => new EarlierRecord(row.Integer(0), row.Integer(1) == 1, row.Blob(2), row.Blob(3), StoredJson.ReadHeaders(row.Text(4))))];

    public void Remove(IReadOnlyList<long> ids)
    {
        lock (file.Writing)
        {
            file.Writer.InTransaction(() =>
            {
                foreach (var id in ids)
                {
                    file.Writer.PrepareOnce("DELETE FROM outbox WHERE id = ?1").Integer(1, id).Run();
                }

                DropWhenEmpty(file.Writer);
            });
        }
    }

    private static void DropWhenEmpty(SqliteConnection connection)
    {
        var query = connection.PrepareOnce("SELECT NOT EXISTS (SELECT 1 FROM outbox)");
        query.Step();
        var isEmpty = query.Integer(0) != 0;
        query.Reset();
        if (isEmpty)
        {
            connection.Execute("DROP TABLE outbox");
        }
    }
}
