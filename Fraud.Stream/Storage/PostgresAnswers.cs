using Fraud.Model;
using Fraud.Stream.Batching;
using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary>What stored payments were answered.</summary>
internal static class PostgresAnswers
{
    /// <param name="$1">Ids.</param>
    public const string Select = """
        SELECT transaction_id, fraud_score, decision, reasons, model, model_version, review_threshold, block_threshold
        FROM transaction_ids i JOIN transactions t USING (transaction_id, position, event_time)
        WHERE i.transaction_id = ANY ($1)
        """;

    /// <summary>Ids of those payments that someone waits for.</summary>
    public static string[] Asked(IReadOnlyList<Payment> repeated) =>
        [.. repeated.Where(static payment => payment.Reply is not null).Select(static payment => payment.Transaction.Id.ToString())];

    public static KeyValuePair<string, StoredAnswer> Row(NpgsqlDataReader row) => KeyValuePair.Create(
        row.GetString(0),
        new StoredAnswer(
            row.GetFloat(1),
            (Decision)row.GetInt16(2),
            row.IsDBNull(3) ? [] : StoredJson.ReadReasons(row.GetString(3)),
            new ScoredBy(row.GetString(4), row.GetString(5), row.GetFloat(6), row.GetFloat(7))));

    /// <summary>Gives payments that are stored already the answers that are stored.</summary>
    public static void Give(IReadOnlyList<Payment> repeated, IReadOnlyDictionary<string, StoredAnswer> answers)
    {
        foreach (var payment in repeated)
        {
            payment.State = PaymentState.Duplicate;
            if (payment.Reply is not null && answers.TryGetValue(payment.Transaction.Id.ToString(), out var answer))
            {
                answer.GiveTo(payment);
            }
        }
    }
}
