using Fraud.Model;
using Fraud.Stream.Cases;
using Fraud.Stream.History;
using Npgsql;
using static Fraud.Stream.Storage.PostgresErrors;

namespace Fraud.Stream.Storage;

/// <summary>Flagged payments in PostgreSQL. Questions have connections of their own.</summary>
/// <param name="writing">For changes.</param>
/// <param name="reading">For questions.</param>
internal sealed class PostgresCases(StorageOptions options, NpgsqlDataSource writing, NpgsqlDataSource reading, TimeProvider time) : ICaseStore
{
    private static readonly string After = FlaggedSql.After.Replace("{0}", "$", StringComparison.Ordinal);

    private readonly PostgresSettled _settled = new(options.ReadTimeout, time);

    public IReadOnlyList<FlaggedPayment> List(FlaggedQuery query)
    {
        var (sql, values) = FlaggedSql.List(query, '$');
        return Read(connection => connection.Query(sql, Row, [.. values]));
    }

    public FlaggedPayment? Find(string transactionId) => Read(connection => connection.Query(
        $"""
        SELECT {FlaggedSql.Columns}
        FROM transaction_ids i JOIN transactions t USING (transaction_id, position, event_time)
        LEFT JOIN cases c ON c.transaction_id = i.transaction_id
        WHERE i.transaction_id = $1
        """,
        Row, transactionId)).FirstOrDefault();

    public ScoredPayment? FindScored(string transactionId) => Read(connection => connection.Query(
        """
        SELECT t.fraud_score, t.decision, t.reasons, t.model, t.model_version, t.features
        FROM transaction_ids i JOIN transactions t USING (transaction_id, position, event_time)
        WHERE i.transaction_id = $1
        """,
        row => new ScoredPayment(
            transactionId, row.GetFloat(0), (Decision)row.GetInt16(1), row.IsDBNull(2) ? [] : StoredJson.ReadReasons(row.GetString(2)),
            row.GetString(3), row.GetString(4), row.GetFieldValue<float[]>(5)),
        transactionId)).FirstOrDefault();

    public IReadOnlyList<CaseEvent> Events(string transactionId, int limit) => Read(connection => connection.Query(
        """
        SELECT version, changed_at, changed_by, from_status, to_status, note FROM case_events
        WHERE transaction_id = $1 ORDER BY version DESC LIMIT $2
        """,
        static row => new CaseEvent(
            row.GetInt64(0), row.GetInt64(1), row.GetString(2), (CaseStatus)row.GetInt16(3), (CaseStatus)row.GetInt16(4),
            row.IsDBNull(5) ? null : row.GetString(5)),
        transactionId, limit));

    public CaseResult Change(CaseUpdate update) => Guard(() =>
    {
        using var connection = writing.OpenConnection();
        using var transaction = connection.Begin(options.BusyTimeout);
        var result = Write(connection, update, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (result.Outcome == CaseOutcome.Changed)
        {
            transaction.Commit();
        }

        return result;
    });

    public AlertPage ReadAlerts(long after, int limit) => Read(connection =>
    {
        var head = _settled.Head(connection);
        var alerts = connection.Query(After, Row, after, head, limit);
        return new AlertPage(alerts, alerts.Count == limit ? alerts[^1].Position : head);
    });

    public long AlertHead() => Read(_settled.Head);

    /// <summary>All payments, on the same connections for reading.</summary>
    public IPaymentHistory History => new PostgresHistory(reading);

    internal T Read<T>(Func<NpgsqlConnection, T> read) => Guard(() =>
    {
        using var connection = reading.OpenConnection();
        return read(connection);
    });

    /// <summary>Before the label journal's lock, the case's row: whoever changes it as well waits here.</summary>
    private static CaseResult Write(NpgsqlConnection connection, CaseUpdate update, long nowMs)
    {
        var id = update.TransactionId.ToString();
        var made = connection.Execute(
            """
            INSERT INTO cases (transaction_id, position, event_time, status, version, changed_at, changed_by)
            SELECT transaction_id, position, event_time, 0, 0, 0, ''
            FROM transaction_ids i JOIN transactions t USING (transaction_id, position, event_time)
            WHERE i.transaction_id = $1 AND t.decision <> 0
            ON CONFLICT (transaction_id) DO NOTHING
            """,
            id);
        var stored = connection.Query(
            "SELECT status, version FROM cases WHERE transaction_id = $1 FOR UPDATE",
            static row => (Status: (CaseStatus)row.GetInt16(0), Version: row.GetInt64(1)),
            id);
        if (made == 0 && stored.Count == 0)
        {
            return new CaseResult(CaseOutcome.NotFound);
        }

        var result = update.Against(stored[0].Status, stored[0].Version);
        if (result.Outcome != CaseOutcome.Changed)
        {
            return result;
        }

        var note = (object?)update.Note ?? DBNull.Value;
        connection.Execute(
            "UPDATE cases SET status = $2, version = $3, changed_at = $4, changed_by = $5, note = $6 WHERE transaction_id = $1",
            id, (short)update.To, result.Version, nowMs, update.Actor, note);
        connection.Execute(
            """
            INSERT INTO case_events (transaction_id, version, changed_at, changed_by, from_status, to_status, note)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            id, result.Version, nowMs, update.Actor, (short)result.From, (short)update.To, note);
        if (update.LabelAfter(result.From) is { } label)
        {
            PostgresDecisions.Write(connection, label);
        }
        else if (update.IsWithdrawalFrom(result.From))
        {
            PostgresDecisions.Withdraw(connection, update.TransactionId);
        }

        return result;
    }

    private static FlaggedPayment Row(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetString(5), row.GetInt64(6),
        row.GetString(7), row.GetFloat(8), (Decision)row.GetInt16(9),
        row.IsDBNull(10) ? [] : StoredJson.ReadReasons(row.GetString(10)), row.GetString(11), row.GetString(12), row.GetInt64(13),
        row.IsDBNull(14)
            ? CaseState.New
            : new CaseState(
                (CaseStatus)row.GetInt16(14), row.GetInt64(15), row.GetInt64(16), row.GetString(17), row.IsDBNull(18) ? null : row.GetString(18)));
}
