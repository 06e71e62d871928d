using Fraud.Stream.Storage;
using Npgsql;
using static Fraud.Stream.Storage.PostgresErrors;

namespace Fraud.Stream.Retention;

/// <summary><see cref="IRetentionStore"/> in PostgreSQL: who holds a lock of the database removes.</summary>
/// <param name="source">For counting.</param>
/// <param name="connectionString">Of the same database.</param>
internal sealed class PostgresRetention(NpgsqlDataSource source, string connectionString) : IRetentionStore
{
    public static readonly RetentionSql Sql = new('$', "transaction_ids");

    public IRetentionPass? TryBegin(RetentionOptions options) => Guard<IRetentionPass?>(() =>
    {
        // Not of the pool, which would keep the lock until the connection is used again.
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, ApplicationName = "fraud retention" }.ConnectionString);
        try
        {
            connection.Open();
            connection.Execute(PostgresSession.Limits("SESSION", options.LockTimeout));
            if (connection.Query("SELECT pg_try_advisory_lock($1)", static row => row.GetBoolean(0), PostgresSession.RetentionLock)[0])
            {
                return new PostgresRetentionPass(connection, options.StepRows);
            }
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        connection.Dispose();
        return null;
    });

    public OverAge Count(RetainedKind kind, long beforeMs)
    {
        var before = PostgresRetentionPass.Before(kind, beforeMs);
        var (sql, values) = kind switch
        {
            RetainedKind.Payments => ("SELECT count(*) FROM transactions WHERE event_time < $1", (object[])[before]),
            RetainedKind.LabelChanges => (Count(kind), [before, long.MaxValue, source.Stream(PostgresRetentionPass.LabelsInHistories, static row => row.GetInt64(0)).First()]),
            _ => (Count(kind), [before, long.MaxValue]),
        };
        return new OverAge(source.Stream(sql, static row => row.GetInt64(0), values).First(), before);
    }

    private static string Count(RetainedKind kind) => RetentionSql.Count(PostgresRetentionPass.Select(kind));
}
