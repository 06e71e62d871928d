namespace Fraud.Stream.Storage;

/// <summary>Leases of retraining jobs in SQLite: processes on one file exclude each other.</summary>
internal sealed class SqliteTrainingLeases(SqliteQuestions readers, SqliteTrainingLeases.Writing write) : ITrainingLeases
{
    private const string Select = $"SELECT {TrainingLeaseSql.Columns} FROM training_leases WHERE model = ?1";

    /// <summary>Runs the work in one transaction on the writing connection.</summary>
    public delegate void Writing(Action<SqliteConnection> work);

    public TrainingLease? Read(string model) => readers.Read(Select, [model], Row).FirstOrDefault();

    public (bool IsTaken, TrainingLease? Before) TryTake(string model, string owner, string job, long nowMs, long untilMs)
    {
        TrainingLease? before = null;
        var isTaken = false;
        write(connection =>
        {
            var query = connection.PrepareOnce(Select).Text(1, model);
            before = query.Step() ? Row(query) : null;
            query.Reset();
            isTaken = before?.IsHeld(nowMs) != true;
            if (isTaken)
            {
                connection.PrepareOnce(
                    """
                    INSERT INTO training_leases (model, owner, job, expires_at) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT (model) DO UPDATE SET owner = excluded.owner, job = excluded.job, expires_at = excluded.expires_at
                    """).Text(1, model).Text(2, owner).Text(3, job).Integer(4, untilMs).Run();
            }
        });
        return (isTaken, before);
    }

    public bool Renew(string model, string job, long untilMs)
    {
        var isOurs = false;
        write(connection =>
        {
            connection.PrepareOnce("UPDATE training_leases SET expires_at = ?3 WHERE model = ?1 AND job = ?2")
                .Text(1, model).Text(2, job).Integer(3, untilMs).Run();
            isOurs = connection.Changes > 0;
        });
        return isOurs;
    }

    public void Release(string model, string job, long? finishedAtMs, long? labelSequence) => write(connection =>
    {
        var update = connection.PrepareOnce(
            """
            UPDATE training_leases SET owner = '', job = '', expires_at = 0, finished_at = coalesce(?3, finished_at),
                label_sequence = coalesce(?4, label_sequence)
            WHERE model = ?1 AND job = ?2
            """).Text(1, model).Text(2, job);
        _ = finishedAtMs is { } finished ? update.Integer(3, finished) : update.Null(3);
        _ = labelSequence is { } sequence ? update.Integer(4, sequence) : update.Null(4);
        update.Run();
    });

    private static TrainingLease Row(SqliteStatement row) =>
        new(row.Text(0), row.Text(1), row.Integer(2), row.Integer(3), row.Integer(4));
}
