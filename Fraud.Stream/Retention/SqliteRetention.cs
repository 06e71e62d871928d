using Fraud.Stream.Storage;

namespace Fraud.Stream.Retention;

/// <summary><see cref="IRetentionStore"/> on SQLite's files, which one service has.</summary>
internal sealed class SqliteRetention(SqliteFile rows, SqliteFile journal) : IRetentionStore
{
    private const string Payments = "SELECT count(*) FROM transactions WHERE event_time < ?1 AND position < (SELECT max(position) FROM transactions)";

    public IRetentionPass TryBegin(RetentionOptions options) => new SqliteRetentionPass(rows, journal, options.StepRows);

    public OverAge Count(RetainedKind kind, long beforeMs)
    {
        var sql = kind == RetainedKind.Payments ? Payments : RetentionSql.Count(SqliteRetentionPass.Select(kind));
        var count = rows.Read(
            sql,
            query =>
            {
                query.Integer(1, beforeMs);
                if (kind != RetainedKind.Payments)
                {
                    query.Integer(2, long.MaxValue);
                }

                if (kind == RetainedKind.LabelChanges)
                {
                    query.Integer(3, SqliteRetentionPass.LabelsInHistories(journal));
                }
            },
            static row => row.Integer(0)).First();
        return new OverAge(count, beforeMs);
    }
}
