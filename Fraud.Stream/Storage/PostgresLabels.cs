using Fraud.Model;
using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary>Labels with the offset that follows them, and what they change.</summary>
internal static class PostgresLabels
{
    public static List<LabelChange> Commit(
        NpgsqlConnection connection, TimeSpan lockTimeout, LabelPage page) =>
        // Most labels have all they need, so payments go on meanwhile. Only a label that waits has to be alone.
        TryCommit(connection, lockTimeout, page, alone: false)
        ?? TryCommit(connection, lockTimeout, page, alone: true)!;

    /// <summary>
    /// Within the transaction of newly stored payments: labels that waited for them become changes. It shares
    /// <see cref="PostgresSession.WaitingLabelsLock"/>, so none begins to wait meanwhile.
    /// </summary>
    /// <param name="stored">What the payments say of cards, terminals and times.</param>
    public static void Complete(NpgsqlConnection connection, IReadOnlyCollection<Label> stored)
    {
        var ids = stored.Select(static paid => paid.TransactionId.ToString()).ToArray();
        var waiting = ReadWaiting(connection, ids);
        if (waiting.Count == 0)
        {
            return;
        }

        connection.Lock(PostgresSession.LabelJournalLock);
        var labels = ReadLabels(connection, [.. waiting.Select(static id => id.ToString())]);
        var changes = new List<LabelChange>();
        foreach (var paid in stored)
        {
            if (labels.TryGetValue(paid.TransactionId, out var label))
            {
                changes.Add(new LabelChange(label.FilledFrom(paid), 1));
            }
        }

        Write(connection, changes.Select(static change => change.Label));
        WriteWaiting(connection, gone: waiting, added: []);
        Append(connection, changes);
    }

    /// <summary>Null, with nothing written, when labels wait for their payments and the transaction was not alone.</summary>
    private static List<LabelChange>? TryCommit(
        NpgsqlConnection connection, TimeSpan lockTimeout, LabelPage page, bool alone)
    {
        var (topic, partition, nextOffset, labels) = page;
        using var transaction = connection.Begin(lockTimeout);
        if (TryWrite(connection, labels, alone) is not { } changes)
        {
            return null;
        }

        if (partition >= 0)
        {
            connection.Execute(
                """
                INSERT INTO offsets (topic, partition, next_offset) VALUES ($1, $2, $3)
                ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset
                """,
                topic, partition, nextOffset);
        }

        transaction.Commit();
        return changes;
    }

    /// <summary>Within a transaction: labels that others gave. Null when labels wait for their payments and the transaction is not alone.</summary>
    public static List<LabelChange>? TryWrite(NpgsqlConnection connection, IReadOnlyList<Label> labels, bool alone)
    {
        if (alone)
        {
            connection.Lock(PostgresSession.WaitingLabelsLock);
        }

        connection.Lock(PostgresSession.LabelJournalLock);
        var changes = WriteMerged(connection, labels, mayWait: alone);
        if (changes is not null && labels.Count > 0)
        {
            PostgresDecisions.Outlast(connection, labels);
        }

        return changes;
    }

    /// <summary>Within a transaction that holds the label journal's lock: the label of a payment that is stored, so that it does not wait.</summary>
    public static void WriteStored(NpgsqlConnection connection, Label label) => WriteMerged(connection, [label], mayWait: true);

    /// <summary>Likewise: the label is known no more.</summary>
    public static void Remove(NpgsqlConnection connection, Label label)
    {
        connection.Execute("DELETE FROM labels WHERE transaction_id = $1", label.TransactionId.ToString());
        if (label.IsFraud)
        {
            Append(connection, [new LabelChange(label with { IsFraud = false }, -1)]);
        }
    }

    public static Label? Find(NpgsqlConnection connection, ShortText id) =>
        ReadLabels(connection, [id.ToString()]) is { Count: > 0 } found ? found[id] : null;

    /// <summary>Null, with nothing written, when labels wait for their payments and may not.</summary>
    private static List<LabelChange>? WriteMerged(NpgsqlConnection connection, IReadOnlyList<Label> labels, bool mayWait)
    {
        if (labels.Count == 0)
        {
            return [];
        }

        var ids = labels.Select(static label => label.TransactionId.ToString()).Distinct(StringComparer.Ordinal).ToArray();
        var known = ReadLabels(connection, ids);
        var waited = ReadWaiting(connection, ids);
        var paid = ReadPaid(connection, ids);
        var waiting = new HashSet<ShortText>(waited);
        var changes = new List<LabelChange>();
        foreach (var label in labels)
        {
            var id = label.TransactionId;
            var merged = LabelMerge.Merge(
                label,
                known.TryGetValue(id, out var before) ? before : null,
                waiting.Contains(id),
                paid.TryGetValue(id, out var payment) ? payment : null);
            known[id] = merged.Label;
            _ = merged.Waits ? waiting.Add(id) : waiting.Remove(id);
            if (merged.FraudDelta != 0)
            {
                changes.Add(new LabelChange(merged.Label, merged.FraudDelta));
            }
        }

        if (!mayWait && (waited.Count > 0 || waiting.Count > 0))
        {
            return null;
        }

        Write(connection, known.Values);
        WriteWaiting(connection, gone: waited.Except(waiting), added: waiting.Except(waited));
        Append(connection, changes);
        return changes;
    }

    private static Dictionary<ShortText, Label> ReadLabels(NpgsqlConnection connection, string[] ids) => Read(
        connection, "SELECT transaction_id, card_id, terminal_id, event_time, is_fraud FROM labels WHERE transaction_id = ANY ($1)", ids);

    private static Dictionary<ShortText, Label> ReadPaid(NpgsqlConnection connection, string[] ids) => Read(
        connection,
        """
        SELECT transaction_id, card_id, terminal_id, event_time, false
        FROM transaction_ids i JOIN transactions t USING (transaction_id, position, event_time)
        WHERE i.transaction_id = ANY ($1)
        """,
        ids);

    private static Dictionary<ShortText, Label> Read(NpgsqlConnection connection, string sql, string[] ids) => connection.Query(
            sql,
            static row => new Label(
                ShortText.From(row.GetString(0)), ShortText.From(row.GetString(1)), ShortText.From(row.GetString(2)), row.GetInt64(3), row.GetBoolean(4)),
            (object)ids)
        .ToDictionary(static label => label.TransactionId);

    private static HashSet<ShortText> ReadWaiting(NpgsqlConnection connection, string[] ids) =>
        [.. connection.Query(
            "SELECT transaction_id FROM waiting_labels WHERE transaction_id = ANY ($1)",
            static row => ShortText.From(row.GetString(0)),
            (object)ids)];

    private static void WriteWaiting(NpgsqlConnection connection, IEnumerable<ShortText> gone, IEnumerable<ShortText> added)
    {
        if (gone.Select(static id => id.ToString()).ToArray() is { Length: > 0 } deleted)
        {
            connection.Execute("DELETE FROM waiting_labels WHERE transaction_id = ANY ($1)", (object)deleted);
        }

        if (added.Select(static id => id.ToString()).ToArray() is { Length: > 0 } inserted)
        {
            connection.Execute("INSERT INTO waiting_labels (transaction_id) SELECT * FROM unnest($1)", (object)inserted);
        }
    }

    private static void Write(NpgsqlConnection connection, IEnumerable<Label> labels)
    {
        var all = labels.ToArray();
        connection.Execute(
            """
            INSERT INTO labels (transaction_id, card_id, terminal_id, event_time, is_fraud)
            SELECT * FROM unnest($1, $2, $3, $4, $5)
            ON CONFLICT (transaction_id) DO UPDATE SET card_id = excluded.card_id, terminal_id = excluded.terminal_id,
                event_time = excluded.event_time, is_fraud = excluded.is_fraud
            """,
            all.Select(static label => label.TransactionId.ToString()).ToArray(),
            all.Select(static label => label.CardId.ToString()).ToArray(),
            all.Select(static label => label.TerminalId.ToString()).ToArray(),
            all.Select(static label => label.EventTimeMs).ToArray(),
            all.Select(static label => label.IsFraud).ToArray());
    }

    private static void Append(NpgsqlConnection connection, List<LabelChange> changes)
    {
        if (changes.Count == 0)
        {
            return;
        }

        connection.Execute(
            """
            INSERT INTO label_journal (sequence, transaction_id, card_id, terminal_id, event_time, fraud_delta, stored_at)
            SELECT (SELECT coalesce(max(sequence), 0) FROM label_journal) + ordinal,
                   transaction_id, card_id, terminal_id, event_time, fraud_delta, (extract(epoch FROM clock_timestamp()) * 1000)::bigint
            FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY
                AS change (transaction_id, card_id, terminal_id, event_time, fraud_delta, ordinal)
            """,
            changes.Select(static change => change.Label.TransactionId.ToString()).ToArray(),
            changes.Select(static change => change.Label.CardId.ToString()).ToArray(),
            changes.Select(static change => change.Label.TerminalId.ToString()).ToArray(),
            changes.Select(static change => change.Label.EventTimeMs).ToArray(),
            changes.Select(static change => (short)change.FraudDelta).ToArray());
    }
}

/// <summary>What one look at a partition of the labels' topic brought.</summary>
internal readonly record struct LabelPage(string Topic, int Partition, long NextOffset, IReadOnlyList<Label> Labels);
