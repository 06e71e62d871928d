using System.Runtime.InteropServices;
using Fraud.Model;
using Fraud.Stream.Cases;

namespace Fraud.Stream.Storage;

/// <summary>Flagged payments in SQLite. One writer at a time, so the order of writing is that of committing.</summary>
internal sealed class SqliteCases(SqliteQuestions readers, Func<CaseUpdate, CaseResult> change) : ICaseStore
{
    private static readonly string After = FlaggedSql.After.Replace("{0}", "?", StringComparison.Ordinal);

    public IReadOnlyList<FlaggedPayment> List(FlaggedQuery query)
    {
        var (sql, values) = FlaggedSql.List(query, '?');
        return readers.Read(sql, values, Row);
    }

    public FlaggedPayment? Find(string transactionId) => readers.Read(
        $"""
        SELECT {FlaggedSql.Columns} FROM transactions t LEFT JOIN cases c ON c.transaction_id = t.transaction_id
        WHERE t.transaction_id = ?1
        """,
        [transactionId], Row).FirstOrDefault();

    public ScoredPayment? FindScored(string transactionId) => readers.Read(
        "SELECT fraud_score, decision, reasons, model, model_version, features FROM transactions WHERE transaction_id = ?1",
        [transactionId],
        row => new ScoredPayment(
            transactionId, (float)row.Real(0), (Decision)row.Integer(1), row.IsNull(2) ? [] : StoredJson.ReadReasons(row.Text(2)),
            row.Text(3), row.Text(4), MemoryMarshal.Cast<byte, float>(row.Blob(5)).ToArray())).FirstOrDefault();

    public IReadOnlyList<CaseEvent> Events(string transactionId, int limit) => readers.Read(
        """
        SELECT version, changed_at, changed_by, from_status, to_status, note FROM case_events
        WHERE transaction_id = ?1 ORDER BY version DESC LIMIT ?2
        """,
        [transactionId, limit],
        static row => new CaseEvent(
            row.Integer(0), row.Integer(1), row.Text(2), (CaseStatus)row.Integer(3), (CaseStatus)row.Integer(4),
            row.IsNull(5) ? null : row.Text(5)));

    public CaseResult Change(CaseUpdate update) => change(update);

    public AlertPage ReadAlerts(long after, int limit)
    {
        var head = AlertHead();
        var alerts = readers.Read(After, [after, head, limit], Row);
        return new AlertPage(alerts, alerts.Count == limit ? alerts[^1].Position : head);
    }

    public long AlertHead() =>
        readers.Read("SELECT coalesce(max(position), 0) FROM transactions", [], static row => row.Integer(0))[0];

    private static FlaggedPayment Row(SqliteStatement row) => new(
        row.Integer(0), row.Text(1), row.Text(2), row.Text(3), row.Integer(4), row.Text(5), row.Integer(6), row.Text(7),
        (float)row.Real(8), (Decision)row.Integer(9), row.IsNull(10) ? [] : StoredJson.ReadReasons(row.Text(10)),
        row.Text(11), row.Text(12), row.Integer(13),
        row.IsNull(14)
            ? CaseState.New
            : new CaseState(
                (CaseStatus)row.Integer(14), row.Integer(15), row.Integer(16), row.Text(17), row.IsNull(18) ? null : row.Text(18)));
}
