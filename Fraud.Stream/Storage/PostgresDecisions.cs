using Fraud.Model;
using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary>Labels that follow from decisions about cases, and what becomes of them when a decision is taken back.</summary>
internal static class PostgresDecisions
{
    /// <summary>The label that a decision about a case leads to.</summary>
    public static void Write(NpgsqlConnection connection, Label label)
    {
        connection.Lock(PostgresSession.LabelJournalLock);
        var before = PostgresLabels.Find(connection, label.TransactionId);
        if (before?.IsFraud != label.IsFraud)
        {
            connection.Execute(
                "INSERT INTO case_labels (transaction_id, was_fraud) VALUES ($1, $2) ON CONFLICT (transaction_id) DO NOTHING",
                label.TransactionId.ToString(), before is { } known ? known.IsFraud : (object)DBNull.Value);
        }

        PostgresLabels.WriteStored(connection, label);
    }

    /// <summary>The decision is taken back: what was known before it is known again. Others' labels stay.</summary>
    public static void Withdraw(NpgsqlConnection connection, ShortText id)
    {
        connection.Lock(PostgresSession.LabelJournalLock);
        var decided = connection.Query(
            "DELETE FROM case_labels WHERE transaction_id = $1 RETURNING was_fraud",
            static row => row.IsDBNull(0) ? (bool?)null : row.GetBoolean(0),
            id.ToString());
        if (decided.Count == 0 || PostgresLabels.Find(connection, id) is not { } label)
        {
            return;
        }

        if (decided[0] is { } isFraud)
        {
            PostgresLabels.WriteStored(connection, label with { IsFraud = isFraud });
        }
        else
        {
            PostgresLabels.Remove(connection, label);
        }
    }

    /// <summary>Others gave these labels: whatever was decided about the cases, they stay when that is withdrawn.</summary>
    public static void Outlast(NpgsqlConnection connection, IReadOnlyList<Label> labels) => connection.Execute(
        "DELETE FROM case_labels WHERE transaction_id = ANY ($1)",
        (object)labels.Select(static label => label.TransactionId.ToString()).Distinct(StringComparer.Ordinal).ToArray());
}
