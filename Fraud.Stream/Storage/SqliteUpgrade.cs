using System.Globalization;

namespace Fraud.Stream.Storage;

/// <summary>Creates the tables, and brings those of an earlier version to this one.</summary>
internal static class SqliteUpgrade
{
    /// <summary>Version 1 knew no shards: outgoing records get theirs, labels their journal.</summary>
    private const string FromVersion1 = """
        ALTER TABLE outbox ADD COLUMN shard INTEGER NOT NULL DEFAULT 0;
        UPDATE outbox SET shard = coalesce(
            json_extract(headers, '$."origin.partition"'),
            (SELECT t.shard FROM transactions t WHERE t.transaction_id = substr(outbox.source, length('alert-') + 1)),
            0) WHERE sent = 0;

        UPDATE labels SET card_id = coalesce(nullif(labels.card_id, ''), t.card_id),
            terminal_id = coalesce(nullif(labels.terminal_id, ''), t.terminal_id),
            event_time = coalesce(nullif(labels.event_time, 0), t.event_time)
        FROM transactions t
        WHERE t.transaction_id = labels.transaction_id
          AND (labels.card_id = '' OR labels.terminal_id = '' OR labels.event_time = 0);
        INSERT INTO waiting_labels
        SELECT transaction_id FROM labels
        WHERE is_fraud AND (card_id = '' OR terminal_id = '' OR event_time = 0)
          AND NOT EXISTS (SELECT 1 FROM transactions t WHERE t.transaction_id = labels.transaction_id);
        INSERT INTO label_journal (sequence, transaction_id, card_id, terminal_id, event_time, fraud_delta)
        SELECT row_number() OVER (ORDER BY event_time, transaction_id), transaction_id, card_id, terminal_id, event_time, 1
        FROM labels
        WHERE is_fraud AND NOT EXISTS (SELECT 1 FROM waiting_labels w WHERE w.transaction_id = labels.transaction_id);
        """;

    /// <summary>Heads had no id of the last commit; the pages of before never need one.</summary>
    private const string FromVersion5 =
        "ALTER TABLE shards ADD COLUMN commit_id BLOB NOT NULL DEFAULT x'00000000000000000000000000000000'";

    /// <summary>Rows did not say where in the journal they are; those of before never do.</summary>
    private const string FromVersion6 = "ALTER TABLE transactions ADD COLUMN sequence INTEGER; ALTER TABLE transactions ADD COLUMN ordinal INTEGER";

    /// <summary>Notes of repeats did not say whether the payment was taken back, because nothing did so.</summary>
    private const string FromVersion7 = "ALTER TABLE repeated_payments ADD COLUMN retracted INTEGER";

    /// <summary>Labels did not say when they became known.</summary>
    private const string LabelTimesFromVersion8 = "ALTER TABLE label_journal ADD COLUMN stored_at INTEGER NOT NULL DEFAULT 0";

    /// <summary>Alerts and dead letters come from pages: of those that have their rows, an outbox has what was not sent.</summary>
    private const string AlertsFromVersion8 = """
        INSERT INTO reader_positions (reader, shard, position, generation)
        SELECT 'alerts', shard, position, generation FROM reader_positions WHERE reader = 'results'
        """;

    // What version 8 has in the journal's file.
    private static readonly string[] Moved = ["shards", "journal", "card_states", "terminal_snapshots"];

    /// <summary>Both files. Whatever ends it, the next run goes on.</summary>
    public static void Run(StorageOptions options)
    {
        using var rows = new SqliteConnection(options);
        rows.InTransaction(() => Run(rows));
        if (!File.Exists(options.JournalFile) && Number(rows, "SELECT coalesce(max(position), 0) FROM reader_positions") > 0)
        {
            // Without it the rows would be taken for those of pages that a power cut took, and be deleted.
            throw new InvalidOperationException($"{options.JournalFile}: expected the journal of {options.SqliteFile}, from which its rows were made; restore both");
        }

        using var journal = new SqliteConnection(options.ForFile(options.JournalFile));
        journal.InTransaction(() => OpenJournal(journal));
        if (Number(rows, "SELECT count(*) FROM sqlite_schema WHERE name = 'shards'") > 0)
        {
            MoveJournal(rows, journal, options);
        }

        Rewind(rows, journal);
    }

    private static void OpenJournal(SqliteConnection journal)
    {
        var version = Number(journal, "PRAGMA user_version");
        if (version > SqliteJournal.Version)
        {
            throw new InvalidOperationException(
                $"The journal's file has version {version} of the tables; this program knows up to {SqliteJournal.Version}.");
        }

        if (version == SqliteJournal.Version)
        {
            return;
        }

        journal.Execute(SqliteJournal.Schema);
        journal.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {SqliteJournal.Version}"));
    }

    /// <summary>
    /// Until version 7 all was in one file. The journal is written first, in one transaction, then what was moved leaves the old file: between
    /// the two it is in both, and is moved again.
    /// </summary>
    private static void MoveJournal(SqliteConnection rows, SqliteConnection journal, StorageOptions options)
    {
        journal.Prepare("ATTACH ?1 AS old").Text(1, options.SqliteFile).Run();
        journal.InTransaction(() =>
        {
            foreach (var table in Moved)
            {
                journal.Execute($"DELETE FROM main.{table}");
            }

            journal.Execute(
                """
                INSERT INTO main.shards (shard, generation, owner, address, sequence, commit_id, snapshot_sequence, snapshot_labels, claimed_at)
                SELECT shard, generation, owner, address, sequence, commit_id, snapshot_sequence, snapshot_labels, claimed_at FROM old.shards;
                INSERT INTO main.journal SELECT shard, sequence, payload, stored_at FROM old.journal;
                INSERT INTO main.card_states SELECT shard, card_id, payload FROM old.card_states;
                INSERT INTO main.terminal_snapshots SELECT ordinal, labels, positions, payload FROM old.terminal_snapshots;
                """);
        });
        rows.InTransaction(() =>
        {
            // Rows and what was to be sent were written with their pages until here, and nothing was noted as a repeat.
            rows.Execute(
                """
                INSERT INTO reader_positions (reader, shard, position, generation)
                SELECT reader, shard, sequence, generation FROM shards CROSS JOIN (SELECT 'results' AS reader UNION ALL SELECT 'alerts') WHERE true
                ON CONFLICT (reader, shard) DO UPDATE SET position = excluded.position, generation = excluded.generation
                """);
            foreach (var table in Moved)
            {
                rows.Execute($"DROP TABLE {table}");
            }
        });
    }

    /// <summary>
    /// A power cut can take the last commits of the journal and leave the rows that were made of them: those go too, and the notes with them
    /// (rule 29 of docs/decisions/0011). Of what comes under the same numbers everything is written and sent.
    /// </summary>
    private static void Rewind(SqliteConnection rows, SqliteConnection journal)
    {
        // Positions before heads, which only grow: beside a service that runs, what is ahead now would not be ahead of what is read next.
        var positions = Pairs(rows, "SELECT shard, max(position) FROM reader_positions GROUP BY shard");
        var heads = Pairs(journal, "SELECT shard, sequence FROM shards").ToDictionary();
        var ahead = positions.Where(position => heads.GetValueOrDefault(position.Key) < position.Value)
            .Select(position => (Shard: position.Key, Sequence: heads.GetValueOrDefault(position.Key))).ToList();
        if (ahead.Count == 0)
        {
            return;
        }

        rows.InTransaction(() =>
        {
            foreach (var (shard, sequence) in ahead)
            {
                foreach (var sql in (ReadOnlySpan<string>)
                [
                    "DELETE FROM transactions WHERE shard = ?1 AND sequence > ?2",
                    "DELETE FROM repeated_payments WHERE shard = ?1 AND sequence > ?2",
                    "DELETE FROM refused_rows WHERE shard = ?1 AND sequence > ?2",
                    "UPDATE repeated_payments SET retracted = NULL WHERE shard = ?1 AND retracted > ?2",
                    "UPDATE reader_positions SET position = ?2 WHERE shard = ?1 AND position > ?2",
                ])
                {
                    rows.PrepareOnce(sql).Integer(1, shard).Integer(2, sequence).Run();
                }
            }
        });
    }

    private static List<KeyValuePair<long, long>> Pairs(SqliteConnection connection, string sql)
    {
        var pairs = new List<KeyValuePair<long, long>>();
        var query = connection.Prepare(sql);
        while (query.Step())
        {
            pairs.Add(KeyValuePair.Create(query.Integer(0), query.Integer(1)));
        }

        query.Reset();
        return pairs;
    }

    private static void Run(SqliteConnection connection)
    {
        var version = Number(connection, "PRAGMA user_version");
        if (version > SqliteSchema.Version)
        {
            throw new InvalidOperationException(
                $"The file has version {version} of the tables; this program knows up to {SqliteSchema.Version}.");
        }

        if (version == SqliteSchema.Version)
        {
            return;
        }

        var isNew = Number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'transactions'") == 0;
        var hasNotes = Number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'repeated_payments'") > 0;
        // Until version 8 it let no entry leave, whatever its age.
        connection.Execute("DROP TRIGGER IF EXISTS audit_no_delete");
        connection.Execute(SqliteSchema.Sql);
        connection.Execute(RegistryTables.Sqlite);
        if (hasNotes && version < 8)
        {
            connection.Execute(FromVersion7);
        }

        if (Number(connection, "SELECT count(*) FROM pragma_table_info('label_journal') WHERE name = 'stored_at'") == 0)
        {
            connection.Execute(LabelTimesFromVersion8);
        }

        if (!isNew && version < 7)
        {
            connection.Execute(FromVersion6);
        }

        // Versions 3 to 5 added tables only, and version 1 had no table of shards.
        if (!isNew && version is >= 2 and <= 5)
        {
            connection.Execute(FromVersion5);
        }
        else if (!isNew && version < 2)
        {
            connection.Execute(SqliteJournal.Schema);
            connection.Execute(FromVersion1);
            WriteJournals(connection);
        }

        // Version 10 added a table only.
        if (!isNew && version < 9)
        {
            connection.Execute(AlertsFromVersion8);
            SqliteEarlierOutbox.Begin(connection);
        }

        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {SqliteSchema.Version}"));
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        var query = connection.Prepare(sql);
        query.Step();
        var number = query.Integer(0);
        query.Reset();
        return number;
    }

    /// <summary>Histories are built from journals, so payments that were stored without one get theirs.</summary>
    private static void WriteJournals(SqliteConnection connection)
    {
        var shard = connection.Prepare(
            """
            INSERT INTO shards (shard, generation, owner, address, sequence, claimed_at) VALUES (?1, 0, '', '', ?2, 0)
            ON CONFLICT (shard) DO UPDATE SET sequence = excluded.sequence
            """);
        var journal = connection.Prepare("INSERT INTO journal VALUES (?1, ?2, ?3, 0)");
        foreach (var page in StoredPayment.Pages(ReadPayments(connection)))
        {
            shard.Integer(1, page.Shard).Integer(2, page.Sequence).Run();
            journal.Integer(1, page.Shard).Integer(2, page.Sequence).Blob(3, page.Payload).Run();
        }
    }

    private static IEnumerable<StoredPayment> ReadPayments(SqliteConnection connection)
    {
        var query = connection.Prepare(
            "SELECT shard, transaction_id, card_id, terminal_id, amount_minor, event_time FROM transactions ORDER BY shard, position");
        while (query.Step())
        {
            yield return new StoredPayment(
                (int)query.Integer(0), query.Text(1), query.Text(2), query.Text(3), query.Integer(4), query.Integer(5));
        }

        query.Reset();
    }
}
