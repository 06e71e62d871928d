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
        INSERT INTO label_journal
        SELECT row_number() OVER (ORDER BY event_time, transaction_id), transaction_id, card_id, terminal_id, event_time, 1
        FROM labels
        WHERE is_fraud AND NOT EXISTS (SELECT 1 FROM waiting_labels w WHERE w.transaction_id = labels.transaction_id);
        """;

    /// <summary>Heads had no id of the last commit; the pages of before never need one.</summary>
    private const string FromVersion5 =
        "ALTER TABLE shards ADD COLUMN commit_id BLOB NOT NULL DEFAULT x'00000000000000000000000000000000'";

    /// <summary>Rows did not say where in the journal they are; those of before never do.</summary>
    private const string FromVersion6 = "ALTER TABLE transactions ADD COLUMN sequence INTEGER; ALTER TABLE transactions ADD COLUMN ordinal INTEGER";

    public static void Run(SqliteConnection connection) => connection.InTransaction(() =>
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

        var isNew = Number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'outbox'") == 0;
        connection.Execute(SqliteSchema.Sql);
        connection.Execute(SqliteRegistrySession.Schema);
        if (!isNew)
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
            connection.Execute(FromVersion1);
            WriteJournals(connection);
        }

        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {SqliteSchema.Version}"));
    });

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
