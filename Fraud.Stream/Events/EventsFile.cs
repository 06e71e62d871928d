using Fraud.Stream.Storage;

namespace Fraud.Stream.Events;

/// <summary>
/// events.db: Akka.Persistence's tables where the store is SQLite (rule 29 of docs/decisions/0011). A file of its own, so that no event
/// ever waits for a commit or holds one up. Thread-safe.
/// </summary>
public sealed class EventsFile(StorageOptions options)
{
    private const string Name = "events.db";

    // As the plugin makes them.
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS akka_events (
            ordering        INTEGER PRIMARY KEY AUTOINCREMENT,
            created         INTEGER NOT NULL,
            deleted         INTEGER NOT NULL,
            persistence_id  TEXT NOT NULL,
            sequence_number INTEGER NOT NULL,
            message         BLOB NOT NULL,
            manifest        TEXT,
            identifier      INTEGER,
            writer_uuid     TEXT,
            UNIQUE (persistence_id, sequence_number)
        );
        CREATE TABLE IF NOT EXISTS akka_event_tags (
            ordering_id    INTEGER NOT NULL,
            tag            TEXT NOT NULL,
            sequence_nr    INTEGER NOT NULL,
            persistence_id TEXT NOT NULL,
            PRIMARY KEY (ordering_id, tag)
        );
        CREATE TABLE IF NOT EXISTS akka_snapshots (
            persistence_id  TEXT NOT NULL,
            sequence_number INTEGER NOT NULL,
            created         INTEGER NOT NULL,
            snapshot        BLOB,
            manifest        TEXT,
            serializer_id   INTEGER,
            PRIMARY KEY (persistence_id, sequence_number)
        );
        """;

    private readonly Lock _gate = new();

    /// <summary>Where it is: beside the store's file, unless Storage:EventsFile says otherwise.</summary>
    public static string PathOf(StorageOptions options) => options.EventsFile.Length > 0
        ? Path.GetFullPath(options.EventsFile)
        : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(options.SqliteFile)) ?? ".", Name);

    /// <summary>Makes what is missing of it; nothing to do where the store is PostgreSQL, whose tables come with its own. Blocks.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be made or opened now.</exception>
    public void Ensure()
    {
        if (options.Kind != StoreKind.Sqlite)
        {
            return;
        }

        lock (_gate)
        {
            var path = PathOf(options);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var connection = new SqliteConnection(new StorageOptions { SqliteFile = path, BusyTimeout = options.BusyTimeout });
            connection.InTransaction(() => connection.Execute(Tables));
        }
    }
}
