namespace Fraud.Tests.Stream.Storage;

/// <summary>SQL that turns tables into those of earlier versions.</summary>
internal static class EarlierTables
{
    private const string Offsets = "SELECT 'transactions', shard, next_offset FROM {0}shards WHERE next_offset IS NOT NULL;";

    /// <summary>PostgreSQL until version 9: what Kafka is to go on at was a table of its own.</summary>
    public static string OffsetsApart { get; } =
        "INSERT INTO offsets " + Offsets.Replace("{0}", "", StringComparison.Ordinal) + "ALTER TABLE shards DROP COLUMN next_offset; ";

    /// <summary>SQLite until version 8: what was to be sent had a table.</summary>
    public const string SqliteOutbox = """
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY, shard INTEGER NOT NULL, kind INTEGER NOT NULL, source TEXT NOT NULL UNIQUE, key BLOB NOT NULL, value BLOB NOT NULL,
            headers TEXT NOT NULL, sent INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX outbox_pending ON outbox (id) WHERE sent = 0;
        DELETE FROM reader_positions WHERE reader <> 'results';

        """;

    /// <summary>PostgreSQL until version 10, likewise.</summary>
    public const string PostgresOutbox = """
        CREATE TABLE outbox (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, shard integer NOT NULL, kind smallint NOT NULL, source text NOT NULL UNIQUE,
            key bytea NOT NULL, value bytea NOT NULL, headers text NOT NULL, sent boolean NOT NULL DEFAULT false
        );
        CREATE INDEX outbox_unsent ON outbox (shard, id) WHERE NOT sent;
        DELETE FROM reader_positions WHERE reader <> 'results';

        """;

    /// <summary>SQLite until version 7: the journal was in the file of the rows.</summary>
    public static string InOneFile(string journal) =>
        $"""
         ATTACH '{journal}' AS j;
         CREATE TABLE main.shards AS
             SELECT shard, generation, owner, address, sequence, commit_id, snapshot_sequence, snapshot_labels, claimed_at FROM j.shards;
         CREATE TABLE main.journal AS SELECT * FROM j.journal;
         CREATE TABLE main.card_states AS SELECT * FROM j.card_states;
         CREATE TABLE main.terminal_snapshots AS SELECT * FROM j.terminal_snapshots;
         INSERT INTO main.offsets {Offsets.Replace("{0}", "j.", StringComparison.Ordinal)}
         DELETE FROM j.shards; DELETE FROM j.journal; DELETE FROM j.card_states; DELETE FROM j.terminal_snapshots;
         DETACH j;
         """;
}
