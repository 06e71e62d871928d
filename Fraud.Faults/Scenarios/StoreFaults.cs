using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Fraud.Faults.Scenarios;

/// <summary>What PostgreSQL does to its clients.</summary>
public static class StoreFaults
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(5);

    public static Fault Restart { get; } = new("postgres-restart", "`pg_ctl -m immediate stop`, started again after 2 s", static async (run, cancellation) =>
    {
        await run.Cluster.Postgres.StopAsync();
        await Task.Delay(TimeSpan.FromSeconds(2), cancellation);
        await run.Cluster.Postgres.StartServerAsync();
        await run.Recovered(cancellation);
    })
    {
        IsTelling = true,
    };

    public static Fault ConnectionDrop { get; } = new(
        "postgres-drop", "sessions that are in a transaction ended by the server, again and again for 5 s", static async (run, cancellation) =>
        {
            var database = new NpgsqlConnectionStringBuilder(run.Cluster.Storage.Postgres).Database;
            var started = Stopwatch.GetTimestamp();
            long ended = 0;
            while (Stopwatch.GetElapsedTime(started) < Outage)
            {
                ended += await Count(
                    run,
                    $"""
                    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE datname = '{database}' AND pid <> pg_backend_pid() AND application_name = '' AND xact_start IS NOT NULL
                    """,
                    cancellation);
                await Task.Delay(TimeSpan.FromMilliseconds(run.Random.Next(20, 150)), cancellation);
            }

            run.Note(string.Create(CultureInfo.InvariantCulture, $"{ended} sessions ended"));
            await run.Recovered(cancellation);
        });

    public static Fault ReadOnly { get; } = new("postgres-read-only", "the server takes no writes for 5 s", static async (run, cancellation) =>
    {
        SetReadOnly(run, "on");
        try
        {
            await Task.Delay(Outage, cancellation);
        }
        finally
        {
            SetReadOnly(run, "off");
        }

        await run.Recovered(cancellation);
    });

    public static Fault LockHeld { get; } = new("postgres-lock", "another session holds the rows of all shards for 5 s", static async (run, cancellation) =>
    {
        await using (var connection = new NpgsqlConnection(run.Cluster.Storage.Postgres))
        {
            await connection.OpenAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await using var command = new NpgsqlCommand("SELECT * FROM shards ORDER BY shard FOR UPDATE", connection, transaction);
            await command.ExecuteNonQueryAsync(cancellation);
            await Task.Delay(Outage, cancellation);
            await transaction.RollbackAsync(cancellation);
        }

        await run.Recovered(cancellation);
    });

    private static void SetReadOnly(FaultRun run, string value)
    {
        // Heeded by sessions that are open, from their next transaction on.
        run.Cluster.Postgres.Execute($"ALTER SYSTEM SET default_transaction_read_only = {value}");
        run.Cluster.Postgres.Execute("SELECT pg_reload_conf()");
    }

    private static async Task<long> Count(FaultRun run, string sql, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(run.Cluster.Storage.Postgres + ";Application Name=suite");
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
