using Fraud.Model;
using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary>Writes labels with the offset that follows them.</summary>
internal static class PostgresLabels
{
    public static List<LabelChange> Commit(
        NpgsqlConnection connection, string topic, int partition, long nextOffset, IReadOnlyList<Label> labels)
    {
        using var transaction = connection.BeginTransaction();
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
            var isKnown = known.TryGetValue(label.TransactionId, out var before);
            var wasFraud = isKnown && before.IsFraud;
            var merged = isKnown ? before.FilledFrom(label) with { IsFraud = label.IsFraud } : label;
            if (paid.TryGetValue(label.TransactionId, out var payment))
            {
                merged = merged.FilledFrom(payment);
            }

            known[label.TransactionId] = merged;
            if (wasFraud != label.IsFraud)
            {
                changes.Add(new LabelChange(merged, label.IsFraud ? 1 : -1));
            }
        }

        Write(connection, known.Values);
        if (partition >= 0)
        {
            WriteOffset(connection, topic, partition, nextOffset);
        }

        transaction.Commit();
        return changes;
    }

    private static Dictionary<ShortText, Label> Read(NpgsqlConnection connection, string sql, string[] ids)
    {
        using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = ids } } };
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
