using Fraud.Model;
using Fraud.Stream.Cases;

namespace Fraud.Stream.Storage;

/// <summary>Changes of cases with the labels that follow from them, on the writing connection. One caller at a time.</summary>
internal sealed class SqliteCaseWriter(SqliteConnection connection, SqliteLabels labels)
{
    private readonly SqliteStatement _payment = connection.Prepare(
        "SELECT position, event_time FROM transactions WHERE transaction_id = ?1 AND decision <> 0");

    private readonly SqliteStatement _case = connection.Prepare("SELECT status, version FROM cases WHERE transaction_id = ?1");

    private readonly SqliteStatement _set = connection.Prepare(
        """
        INSERT INTO cases (transaction_id, position, event_time, status, version, changed_at, changed_by, note)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (transaction_id) DO UPDATE SET status = excluded.status, version = excluded.version,
            changed_at = excluded.changed_at, changed_by = excluded.changed_by, note = excluded.note
        """);

    private readonly SqliteStatement _record = connection.Prepare(
        """
        INSERT INTO case_events (transaction_id, version, changed_at, changed_by, from_status, to_status, note)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """);

    public CaseResult Change(CaseUpdate update, long nowMs)
    {
        var result = default(CaseResult);
        connection.InTransaction(() => result = Write(update, nowMs));
        return result;
    }

    private CaseResult Write(CaseUpdate update, long nowMs)
    {
        if (Two(_payment, update.TransactionId) is not { } paid)
        {
            return new CaseResult(CaseOutcome.NotFound);
        }

        var (status, version) = Two(_case, update.TransactionId) ?? (0, 0);
        var result = update.Against((CaseStatus)status, version);
        if (result.Outcome != CaseOutcome.Changed)
        {
            return result;
        }

        _set.Text(1, update.TransactionId.Utf8).Integer(2, paid.First).Integer(3, paid.Second).Integer(4, (int)update.To)
            .Integer(5, result.Version).Integer(6, nowMs).Text(7, update.Actor).Text(8, update.Note).Run();
        _record.Text(1, update.TransactionId.Utf8).Integer(2, result.Version).Integer(3, nowMs).Text(4, update.Actor)
            .Integer(5, status).Integer(6, (int)update.To).Text(7, update.Note).Run();
        if (update.LabelAfter(result.From) is { } label)
        {
            labels.WriteDecision(label);
        }
        else if (update.IsWithdrawalFrom(result.From))
        {
            labels.Withdraw(update.TransactionId);
        }

        return result;
    }

    private static (long First, long Second)? Two(SqliteStatement query, in ShortText id)
    {
        (long, long)? row = query.Text(1, id.Utf8).Step() ? (query.Integer(0), query.Integer(1)) : null;
        query.Reset();
        return row;
    }
}
