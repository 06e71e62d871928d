using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary>Creates the tables, and brings those of an earlier version to this one.</summary>
internal static class PostgresUpgrade
{
    /// <summary>Version 1 knew no shards: outgoing records get theirs, labels their journal.</summary>
    private const string FromVersion1 = """
        ALTER TABLE outbox ADD COLUMN IF NOT EXISTS shard integer NOT NULL DEFAULT 0;
        ALTER TABLE outbox ALTER COLUMN shard DROP DEFAULT;
        UPDATE outbox SET shard = coalesce(
            (headers::json ->> 'origin.partition')::integer,
            (SELECT t.shard FROM transaction_ids i JOIN transactions t USING (transaction_id, position, event_time)
             WHERE i.transaction_id = substr(outbox.source, length('alert-') + 1)),
            0) WHERE NOT sent;

        UPDATE labels SET card_id = coalesce(nullif(labels.card_id, ''), t.card_id),
            terminal_id = coalesce(nullif(labels.terminal_id, ''), t.terminal_id),
            event_time = coalesce(nullif(labels.event_time, 0), t.event_time)
        FROM transaction_ids i JOIN transactions t USING (transaction_id, position, event_time)
        WHERE i.transaction_id = labels.transaction_id
          AND (labels.card_id = '' OR labels.terminal_id = '' OR labels.event_time = 0);
        INSERT INTO waiting_labels
        SELECT transaction_id FROM labels
        WHERE is_fraud AND (card_id = '' OR terminal_id = '' OR event_time = 0)
          AND NOT EXISTS (SELECT FROM transaction_ids i WHERE i.transaction_id = labels.transaction_id)
        ON CONFLICT DO NOTHING;
        INSERT INTO label_journal (sequence, transaction_id, card_id, terminal_id, event_time, fraud_delta)
        SELECT row_number() OVER (ORDER BY event_time, transaction_id), transaction_id, card_id, terminal_id, event_time, 1
        FROM labels
        WHERE is_fraud AND NOT EXISTS (SELECT FROM waiting_labels w WHERE w.transaction_id = labels.transaction_id);
        """;

    /// <summary>Heads had no id of the last commit; the pages of before never need one.</summary>
    private const string FromVersion6 =
        "ALTER TABLE shards ADD COLUMN IF NOT EXISTS commit_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'";

    /// <summary>Rows did not say where in the journal they are; those of before never do.</summary>
    private const string FromVersion8 =
        "ALTER TABLE transactions ADD COLUMN IF NOT EXISTS sequence bigint, ADD COLUMN IF NOT EXISTS ordinal integer";

    /// <summary>
    /// Rows leave the commit: what was committed until here has them. Notes of repeats say what took them back.
    /// </summary>
    private const string FromVersion9 = """
        ALTER TABLE repeated_payments ADD COLUMN IF NOT EXISTS retracted bigint;
        INSERT INTO reader_positions (reader, shard, position, generation) SELECT 'results', shard, sequence, generation FROM shards
        ON CONFLICT (reader, shard) DO UPDATE SET position = excluded.position, generation = excluded.generation;
        """;

    /// <summary>
    /// Labels did not say when they became known. Alerts and dead letters come from pages: of those that have their rows, an outbox has what was not sent.
    /// </summary>
    private const string FromVersion10 = """
        ALTER TABLE label_journal ADD COLUMN IF NOT EXISTS stored_at bigint NOT NULL DEFAULT 0;
        INSERT INTO reader_positions (reader, shard, position, generation)
        SELECT 'alerts', shard, position, generation FROM reader_positions WHERE reader = 'results'
        ON CONFLICT DO NOTHING;
        """;

    /// <summary>
    /// Commits of earlier versions write rows themselves. Beside this version's readers, their payments would be taken for repeats of themselves;
    /// and version 10 fills an outbox beside what is sent from pages.
    /// </summary>
    private const string StillCommits = """
        SELECT coalesce(max(stored_at), 0) > (extract(epoch FROM clock_timestamp()) - 60) * 1000 FROM journal
        """;

    /// <summary>A second connection, so that payments are read while their journals are written.</summary>
    public static void Run(NpgsqlConnection connection, NpgsqlDataSource source)
    {
        using var transaction = connection.BeginTransaction();
        connection.Lock(PostgresSession.SchemaLock);
        var version = ReadVersion(connection);
        if (version == PostgresSchema.CopyUnfinished)
        {
            throw new InvalidOperationException(
                "A store is being copied into the database, or its copy was not finished: not all of it is there. See docs/upgrade.md.");
        }

        if (version > PostgresSchema.Version)
        {
            throw new InvalidOperationException(
                $"The database has version {version} of the tables; this program knows up to {PostgresSchema.Version}.");
        }

        if (version == PostgresSchema.Version)
        {
            return;
        }

        var isNew = !Exists(connection, "transactions");
        if (version is >= 2 and < 11 && connection.Query(StillCommits, static row => row.GetBoolean(0))[0])
        {
            throw new StoreUnavailableException(
                "A program of an earlier version committed within the last minute; stop all its nodes, this one goes on a minute later.", new TimeoutException());
        }

        connection.Execute(PostgresSchema.Sql);
        connection.Execute(RegistryTables.Postgres);
        // Versions 3 to 6, 8 and 12 added tables only.
        connection.Execute(FromVersion6);
        connection.Execute("ALTER TABLE shards ADD COLUMN IF NOT EXISTS next_offset bigint");
        if (version < 2 && !isNew)
        {
            connection.Execute(FromVersion1);
            WriteJournals(connection, source);
        }

        if (version < 10)
        {
            connection.Execute(FromVersion9);
        }

        if (version < 11)
        {
            connection.Execute(FromVersion10);
        }

        if (!isNew && version < 11)
        {
            PostgresEarlierOutbox.Begin(connection);
        }

        // The last, because it locks the table that the second connection reads.
        connection.Execute(FromVersion8);

        connection.Execute("DELETE FROM schema_version");
        connection.Execute("INSERT INTO schema_version VALUES ($1)", PostgresSchema.Version);
        transaction.Commit();
    }

    private static int ReadVersion(NpgsqlConnection connection) => Exists(connection, "schema_version")
        ? connection.Query("SELECT version FROM schema_version", static row => row.GetInt32(0)).FirstOrDefault()
        : 0;

    private static bool Exists(NpgsqlConnection connection, string table) =>
        connection.Query("SELECT to_regclass($1) IS NOT NULL", static row => row.GetBoolean(0), table)[0];

    /// <summary>Histories are built from journals, so payments that were stored without one get theirs.</summary>
    private static void WriteJournals(NpgsqlConnection connection, NpgsqlDataSource source)
    {
        var stored = source.Stream(
            """
            SELECT shard, transaction_id, card_id, terminal_id, amount_minor, event_time FROM transactions ORDER BY shard, position
            """,
            static row => new StoredPayment(
                row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetInt64(5)));
        foreach (var page in StoredPayment.Pages(stored))
        {
            connection.Execute(
                """
                INSERT INTO shards (shard, generation, owner, address, sequence, claimed_at) VALUES ($1, 0, '', '', $2, 0)
                ON CONFLICT (shard) DO UPDATE SET sequence = excluded.sequence
                """,
                page.Shard, page.Sequence);
            connection.Execute("INSERT INTO journal VALUES ($1, $2, $3, 0)", page.Shard, page.Sequence, page.Payload);
        }
    }
}
