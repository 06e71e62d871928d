using Npgsql;
using static Fraud.Stream.Storage.PostgresErrors;

namespace Fraud.Stream.Storage;

/// <summary>Leases of retraining jobs in PostgreSQL: nodes exclude each other by the model's row.</summary>
internal sealed class PostgresTrainingLeases(NpgsqlDataSource source, TimeSpan lockTimeout) : ITrainingLeases
{
    private const string Select = $"SELECT {TrainingLeaseSql.Columns} FROM training_leases WHERE model = $1";

    public TrainingLease? Read(string model) => Guard(() =>
    {
        using var connection = source.OpenConnection();
        return connection.Query(Select, Row, model).FirstOrDefault();
    });

    public (bool IsTaken, TrainingLease? Before) TryTake(string model, string owner, string job, long nowMs, long untilMs) => Guard(() =>
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.Begin(lockTimeout);
        // So that there is a row to lock: two first jobs meet here.
        var isNew = connection.Execute(
            "INSERT INTO training_leases (model, owner, job, expires_at) VALUES ($1, '', '', 0) ON CONFLICT (model) DO NOTHING", model) > 0;
        var before = connection.Query($"{Select} FOR UPDATE", Row, model)[0];
        var isTaken = !before.IsHeld(nowMs);
        if (isTaken)
        {
            connection.Execute(
                "UPDATE training_leases SET owner = $2, job = $3, expires_at = $4 WHERE model = $1", model, owner, job, untilMs);
        }

        transaction.Commit();
        return (isTaken, isNew ? null : before);
    });

    public bool Renew(string model, string job, long untilMs) => Guard(() =>
    {
        using var connection = source.OpenConnection();
        return connection.Execute("UPDATE training_leases SET expires_at = $3 WHERE model = $1 AND job = $2", model, job, untilMs) > 0;
    });

    public void Release(string model, string job, long? finishedAtMs, long? labelSequence) => Guard(() =>
    {
        using var connection = source.OpenConnection();
        connection.Execute(
            """
            UPDATE training_leases SET owner = '', job = '', expires_at = 0, finished_at = coalesce($3::bigint, finished_at),
                label_sequence = coalesce($4::bigint, label_sequence)
            WHERE model = $1 AND job = $2
            """,
            model, job, (object?)finishedAtMs ?? DBNull.Value, (object?)labelSequence ?? DBNull.Value);
    });

    private static TrainingLease Row(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4));
}
