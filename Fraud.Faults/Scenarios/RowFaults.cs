using System.Diagnostics;
using System.Globalization;
using Fraud.Cli;
using Fraud.Faults.Checking;
using Fraud.Faults.Cluster;
using Fraud.Faults.Feed;
using Npgsql;

namespace Fraud.Faults.Scenarios;

/// <summary>Rows and the journal that they are made from: each without the other.</summary>
public static class RowFaults
{
    private static readonly TimeSpan LockedFor = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    public static Fault Locked { get; } = new(
        "rows-locked", "another session holds the table of rows for 15 s: payments are committed and answered all the while, rows come after it", static async (run, cancellation) =>
        {
            await using (var connection = new NpgsqlConnection(run.Cluster.Storage.Postgres))
            {
                await connection.OpenAsync(cancellation);
                await using var transaction = await connection.BeginTransactionAsync(cancellation);
                // One alone: who writes rows has locks of the others before it comes to this.
                await using var command = new NpgsqlCommand("LOCK TABLE transactions IN ACCESS EXCLUSIVE MODE", connection, transaction);
                await command.ExecuteNonQueryAsync(cancellation);
                var before = Committed(run);
                var stood = TimeSpan.Zero;
                var moved = Stopwatch.GetTimestamp();
                for (var since = moved; Stopwatch.GetElapsedTime(since) < LockedFor;)
                {
                    await Task.Delay(Look, cancellation);
                    var now = Committed(run);
                    moved = now > before ? Stopwatch.GetTimestamp() : moved;
                    before = now;
                    stood = Stopwatch.GetElapsedTime(moved) > stood ? Stopwatch.GetElapsedTime(moved) : stood;
                }

                await transaction.RollbackAsync(cancellation);
                run.Note(string.Create(CultureInfo.InvariantCulture, $"commits stood still for {stood.TotalSeconds:0.0} s at most"));
                if (stood > TimeSpan.FromSeconds(2))
                {
                    run.Violation(string.Create(CultureInfo.InvariantCulture, $"nothing was committed for {stood.TotalSeconds:0.0} s while rows were locked"));
                }
            }

            await run.Recovered(cancellation);
        })
    {
        Inputs = new InputShape { Rate = 300, Stream = 300 * 25 },
    };

    /// <summary>Each is counted, found out by its row, and taken back by the shard's owner of then or of later.</summary>
    public static Fault LateRepeats { get; } = new(
        "late-repeats", "400 payments again 5 s later, where ids are remembered for 1 s; a node is killed meanwhile", static async (run, cancellation) =>
        {
            // Some are counted by the node that is killed, and taken back by the one that takes its shards over.
            while (new StoreReader(run.Cluster.Storage).Repeats().Count < 20)
            {
                await Task.Delay(Look, cancellation);
            }

            await NodeFaults.Kill.Inject(run, cancellation);
        })
    {
        // Nothing over HTTP: a caller whose node died asks again after more than a second, and is answered as a first.
        Inputs = new InputShape { Rate = 400, Stream = 400 * 30, Late = 400, HttpShare = 0 },
        Cluster = static _ => new ClusterShape { Settings = ["Profile:RecentIdsFor=00:00:01"] },
        Verify = static run =>
        {
            var repeats = new StoreReader(run.Cluster.Storage).Repeats().Count;
            run.Note(string.Create(CultureInfo.InvariantCulture, $"{repeats} repeats were counted and taken back"));
            if (repeats < 200)
            {
                run.Violation(string.Create(CultureInfo.InvariantCulture, $"{repeats} repeats were counted: the others were remembered"));
            }
        },
    };

    /// <summary>Nothing over HTTP: with <c>Storage:SqliteSynchronous</c> as it is by default, a power cut may take what was answered last.</summary>
    public static Fault PowerCut { get; } = new(
        "sqlite-power-cut", "one node on SQLite, killed, and the last part of its journal's log taken, three times: Kafka has the payments, rows beyond the journal go", static async (run, cancellation) =>
        {
            var frames = 0;
            for (var round = 0; round < 3; round++)
            {
                await Task.Delay(TimeSpan.FromSeconds(2), cancellation);
                var node = run.Cluster.Nodes.Single();
                run.Cluster.WithoutStore(() =>
                {
                    // The last one to close the files would copy the log into them.
                    node.Kill();
                    frames += WriteAheadLog.Cut(run.Cluster.Storage.JournalFile, run.Random);
                });
                await run.Cluster.StartAgain(node).WaitUntilUp(cancellation);
                await run.Cluster.WaitOwned(1, cancellation);
                await run.Recovered(cancellation);
            }

            run.Note(string.Create(CultureInfo.InvariantCulture, $"{frames} pages of the log were taken"));
            if (frames == 0)
            {
                run.Violation("nothing was taken of the log");
            }
        })
    {
        Inputs = new InputShape { Rate = 300, Stream = 300 * 40, HttpShare = 0 },
        Cluster = static folder => new ClusterShape { Nodes = 1, SqliteFolder = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName },
    };

    /// <summary>
    /// One in a hundred of all, and one in ten over HTTP: all others are written beside them. Those over HTTP are tried again by the product's command
    /// once they are taken; the others stay, and the checker has to find them parked as their pages have them.
    /// </summary>
    public static Fault Poison { get; } = new(
        "poison-row", "a trigger refuses the rows of some payments, a node is killed meanwhile; all others have rows, then what is taken by then is tried again", static async (run, cancellation) =>
        {
            var rows = new StoreReader(run.Cluster.Storage);
            Refuse(run, "new.transaction_id LIKE '%33' OR (new.kafka_offset IS NULL AND new.transaction_id LIKE '%7')");
            await NodeFaults.Kill.Inject(run, cancellation);
            await run.Fed.WaitAsync(cancellation);
            var since = Stopwatch.GetTimestamp();
            while (!HaveRows(run, rows))
            {
                await Task.Delay(Look, cancellation);
            }

            var parked = rows.Parked().Count;
            run.Note(string.Create(CultureInfo.InvariantCulture, $"{parked} payments were parked, the last {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s after the feed"));
            Refuse(run, "new.transaction_id LIKE '%33'");
            await using var output = new StringWriter();
            var exit = await FraudCommand.RunAsync(
                ["store", "refused", "--retry", "--postgres", run.Cluster.Storage.Postgres], output, output, cancellation);
            var left = rows.Parked().Count;
            run.Note(string.Create(CultureInfo.InvariantCulture, $"{left} are refused still"));
            if (exit != 1 || left == 0 || left >= parked || rows.Parked().Exists(static each => !each.Id.EndsWith("33", StringComparison.Ordinal)))
            {
                run.Violation(string.Create(CultureInfo.InvariantCulture, $"{parked} were parked, and {left} after the retry, which ended with {exit}: {output}"));
            }
        });

    private static void Refuse(FaultRun run, string condition)
    {
        using var connection = new NpgsqlConnection(run.Cluster.Storage.Postgres);
        connection.Open();
        using var command = new NpgsqlCommand(
            $"""
            CREATE OR REPLACE FUNCTION refuse_rows() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN IF {condition} THEN RAISE 'refused by the suite'; END IF; RETURN new; END $$;
            CREATE OR REPLACE TRIGGER refuse_rows BEFORE INSERT ON transactions FOR EACH ROW EXECUTE FUNCTION refuse_rows();
            """,
            connection);
        command.ExecuteNonQuery();
    }

    private static bool HaveRows(FaultRun run, StoreReader rows)
    {
        var heads = run.Cluster.TryReadHeads();
        var positions = rows.Positions(Checker.Rows);
        return heads.Count > 0 && heads.All(head => positions.GetValueOrDefault(head.Shard) == head.Sequence);
    }

    private static long Committed(FaultRun run) => run.Cluster.TryReadHeads().Sum(static head => head.Sequence);
}
