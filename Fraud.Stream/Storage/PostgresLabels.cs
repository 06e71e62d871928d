using Fraud.Model;
using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary>Writes labels with the offset that follows them.</summary>
internal static class PostgresLabels
{
    // A sweep takes what waited longest no matter; the next one takes the rest.
    private const int MostCompleted = 1_000;

    public static List<LabelChange> Commit(
        NpgsqlConnection connection, string topic, int partition, long nextOffset,
        IReadOnlyList<Label> labels, IReadOnlyList<UnreadableLabel> unreadable)
    {
        using var transaction = connection.BeginTransaction();
        var changes = Merge(connection, labels);
        if (unreadable.Count > 0)
        {
            WriteDeadLetters(connection, topic, partition, unreadable);
        }

        if (partition >= 0)
        {
            WriteOffset(connection, topic, partition, nextOffset);
        }

        transaction.Commit();
        return changes;
    }

    public static List<LabelChange> Complete(NpgsqlConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        var waiting = Read(
            connection,
            """
            SELECT transaction_id, card_id, terminal_id, event_time, is_fraud FROM labels
            WHERE event_time = 0 AND EXISTS (SELECT FROM transaction_ids i WHERE i.transaction_id = labels.transaction_id)
            LIMIT $1
            """,
            MostCompleted);
        var changes = waiting.Count == 0 ? [] : Merge(connection, [.. waiting.Values]);
        transaction.Commit();
        return changes;
    }

    private static List<LabelChange> Merge(NpgsqlConnection connection, IReadOnlyList<Label> labels)
    {
        var ids = labels.Select(static label => label.TransactionId.ToString()).Distinct().Order(StringComparer.Ordinal).ToArray();
        // Locked, so that two nodes that correct the same label do so one after the other.
        var known = Read(
            connection,
            "SELECT transaction_id, card_id, terminal_id, event_time, is_fraud FROM labels WHERE transaction_id = ANY ($1) ORDER BY 1 FOR UPDATE",
            ids);
        var paid = Read(
            connection,
            """
            SELECT transaction_id, card_id, terminal_id, event_time, false
            FROM transaction_ids i JOIN transactions t USING (transaction_id, position, event_time)
            WHERE i.transaction_id = ANY ($1)
            """,
            ids);
        var changes = new List<LabelChange>();
        foreach (var label in labels)
        {
            var (merged, fraudDelta) = LabelMerge.Merge(
                label,
                known.TryGetValue(label.TransactionId, out var before) ? before : null,
                paid.TryGetValue(label.TransactionId, out var payment) ? payment : null);
            known[label.TransactionId] = merged;
            if (fraudDelta != 0)
            {
                changes.Add(new LabelChange(merged, fraudDelta));
            }
        }

        Write(connection, known.Values);
        return changes;
    }

    private static void WriteDeadLetters(
        NpgsqlConnection connection, string topic, int partition, IReadOnlyList<UnreadableLabel> unreadable)
    {
        using var command = new NpgsqlCommand(
            """
            INSERT INTO outbox (kind, source, key, value, headers)
            SELECT $1, * FROM unnest($2, $3, $4, $5) ON CONFLICT (source) DO NOTHING
            """,
            connection)
        {
            Parameters =
            {
                new() { Value = (short)OutboxKind.DeadLetter },
                new() { Value = unreadable.Select(label => StoredJson.DeadLetterSource(topic, partition, label.Offset)).ToArray() },
                new() { Value = unreadable.Select(static label => label.Letter.Key).ToArray() },
                new() { Value = unreadable.Select(static label => label.Letter.Value).ToArray() },
                new()
                {
                    Value = unreadable.Select(label => StoredJson.DeadLetterHeaders(
                        label.Letter, topic, partition, label.Offset, label.ArrivedAtMs)).ToArray(),
                },
            },
        };
        command.ExecuteNonQuery();
    }

    private static Dictionary<ShortText, Label> Read(NpgsqlConnection connection, string sql, object parameter)
    {
        using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = parameter } } };
        using var reader = command.ExecuteReader();
        var labels = new Dictionary<ShortText, Label>();
        while (reader.Read())
        {
            var id = ShortText.From(reader.GetString(0));
            labels[id] = new Label(
                id, ShortText.From(reader.GetString(1)), ShortText.From(reader.GetString(2)), reader.GetInt64(3), reader.GetBoolean(4));
        }

        return labels;
    }

    private static void Write(NpgsqlConnection connection, IEnumerable<Label> labels)
    {
        var sorted = labels.OrderBy(static label => label.TransactionId.ToString(), StringComparer.Ordinal).ToArray();
        using var command = new NpgsqlCommand(
            """
            INSERT INTO labels (transaction_id, card_id, terminal_id, event_time, is_fraud)
            SELECT * FROM unnest($1, $2, $3, $4, $5)
            ON CONFLICT (transaction_id) DO UPDATE SET card_id = excluded.card_id, terminal_id = excluded.terminal_id,
                event_time = excluded.event_time, is_fraud = excluded.is_fraud
            """,
            connection)
        {
            Parameters =
            {
                new() { Value = sorted.Select(static label => label.TransactionId.ToString()).ToArray() },
                new() { Value = sorted.Select(static label => label.CardId.ToString()).ToArray() },
                new() { Value = sorted.Select(static label => label.TerminalId.ToString()).ToArray() },
                new() { Value = sorted.Select(static label => label.EventTimeMs).ToArray() },
                new() { Value = sorted.Select(static label => label.IsFraud).ToArray() },
            },
        };
        command.ExecuteNonQuery();
    }

    private static void WriteOffset(NpgsqlConnection connection, string topic, int partition, long nextOffset)
    {
        using var command = new NpgsqlCommand(
            """
            INSERT INTO offsets (topic, partition, next_offset) VALUES ($1, $2, $3)
            ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset
            """,
            connection)
        {
            Parameters = { new() { Value = topic }, new() { Value = partition }, new() { Value = nextOffset } },
        };
        command.ExecuteNonQuery();
    }
}
