using Fraud.Stream.Shards;

namespace Fraud.Stream.Storage;

/// <summary>The statements that write the journal's file. One caller at a time.</summary>
internal sealed class SqliteJournal(SqliteConnection connection)
{
    /// <summary>Raised with every change of the tables.</summary>
    public const int Version = 1;

    /// <summary>A file of its own, so that no commit ever waits for rows, labels or cases, nor they for one.</summary>
    public const string Schema = """
        CREATE TABLE IF NOT EXISTS shards (
            shard             INTEGER PRIMARY KEY,
            generation        INTEGER NOT NULL,
            owner             TEXT NOT NULL,   -- '' when it was given back
            address           TEXT NOT NULL,
            sequence          INTEGER NOT NULL DEFAULT 0,
            commit_id         BLOB NOT NULL DEFAULT x'00000000000000000000000000000000', -- of the commit that wrote the sequence
            next_offset       INTEGER,         -- Kafka's offset to go on at; NULL before the first record
            snapshot_sequence INTEGER NOT NULL DEFAULT 0,
            snapshot_labels   INTEGER NOT NULL DEFAULT 0,
            claimed_at        INTEGER NOT NULL
        );
        CREATE TABLE IF NOT EXISTS journal (
            shard     INTEGER NOT NULL,
            sequence  INTEGER NOT NULL,
            payload   BLOB NOT NULL,
            stored_at INTEGER NOT NULL,
            PRIMARY KEY (shard, sequence)
        );
        -- Without rowid: the cards of a shard lie together and are read in one go.
        CREATE TABLE IF NOT EXISTS card_states (
            shard   INTEGER NOT NULL,
            card_id TEXT NOT NULL,
            payload BLOB NOT NULL,
            PRIMARY KEY (shard, card_id)
        ) WITHOUT ROWID;
        -- One set: row 0 says what it contains, the others are its chunks.
        CREATE TABLE IF NOT EXISTS terminal_snapshots (
            ordinal   INTEGER PRIMARY KEY,
            labels    INTEGER,
            positions TEXT,                    -- JSON object: journal position by shard
            payload   BLOB NOT NULL
        );
        """;

    public SqliteShards Shards { get; } = new(connection);

    public SqliteSnapshots Snapshots { get; } = new(connection);

    /// <returns>Shards whose head was not as expected; none, and all was written.</returns>
    public IReadOnlyList<int> Commit(IReadOnlyList<ShardPage> pages, long nowMs)
    {
        IReadOnlyList<int> missing = [];
        connection.TryInTransaction(() =>
        {
            missing = Shards.TakeHeads(pages);
            if (missing.Count > 0)
            {
                return false;
            }

            foreach (var page in pages)
            {
                Shards.WritePage(page, nowMs);
            }

            return true;
        });
        return missing;
    }
}
