using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Fraud.Faults.Checking;
using Fraud.Faults.Cluster;
using Fraud.Faults.Feed;
using Fraud.Faults.Reporting;
using Fraud.Faults.Scenarios;
using Fraud.Stream.Storage;

namespace Fraud.Faults;

/// <summary>Carries out one run of a fault, from an empty store to the checker's report.</summary>
public sealed class FaultRunner(PostgresServer postgres, TimeSpan churn)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    // What a stuck run may take beyond its feed; a good one needs a tenth of it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    // Nodes look at what others stored every 200 ms.
    private static readonly TimeSpan Followed = TimeSpan.FromSeconds(1.5);

    public async Task<RunResult> Run(Fault fault, int seed, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("fraud-faults-").FullName;
        var started = Stopwatch.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(Patience + TimeSpan.FromSeconds(fault.Inputs.Stream / fault.Inputs.Rate));
        var keep = true;
        try
        {
            var result = await Run(fault, seed, folder, deadline.Token) with { Elapsed = Stopwatch.GetElapsedTime(started) };
            keep = result.Violations.Count > 0;
            return keep ? result with { Folder = folder } : result;
        }
        finally
        {
            fault.CleanUp(folder);
            if (!keep)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private async Task<RunResult> Run(Fault fault, int seed, string folder, CancellationToken cancellation)
    {
        var plan = InputPlan.Make(seed, fault.Inputs);
        var random = new Random(seed);
        await using var cluster = new FraudCluster(postgres, folder, fault.Cluster(folder));
        using var kafka = new KafkaFeed(cluster.Broker.BootstrapServers);
        await using var http = new HttpFeed(cluster);
        var feeding = Task.CompletedTask;
        var fed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = new FaultRun(
            cluster, random, churn, () => feeding.IsCompleted && Holds(() => IsCommitted(cluster, plan)), () => http.Refusals)
        {
            Fed = fed.Task,
        };
        var step = "start the cluster";
        try
        {
            await cluster.Start(cancellation);
            step = "store the history";
            await FeedHistory(cluster, plan, kafka, cancellation);

            step = "inject the fault";
            feeding = new StreamFeed(plan, fault.Inputs, kafka, http, new Random(seed)).Run(cancellation);
            _ = feeding.ContinueWith(_ => fed.TrySetResult(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await Task.Delay(TimeSpan.FromSeconds(0.5 + (2 * random.NextDouble())), cancellation);
            await fault.Inject(run, cancellation);

            step = "feed";
            await feeding;
            step = "answer all callers";
            await http.Complete(cancellation);
            step = "store everything";
            await WaitCommitted(cluster, plan, cancellation);
            fault.Verify(run);
        }
        catch (OperationCanceledException)
        {
            run.Violation($"out of time to {step}: {Standing(cluster)}");
        }
        catch (Exception error) when (error is FaultSuiteException or DbException or StoreUnavailableException or KafkaException or InvalidOperationException)
        {
            run.Violation($"could not {step}: {error.Message}");
        }

        if (http.Retries > 0)
        {
            run.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{http.Answers.Count} HTTP answers after {http.Retries} retries ({string.Join(", ", http.Refusals.Select(static pair => $"{pair.Key}: {pair.Value}"))})"));
        }

        var report = new Checker(cluster, plan, fault.Inputs, http).Run();
        return new RunResult(
            seed, report.Inputs, report.Lost, report.Duplicated, run.Outages, [.. run.Notes, .. cluster.Events], [.. run.Violations, .. report.Violations]);
    }

    private static async Task FeedHistory(FraudCluster cluster, InputPlan plan, KafkaFeed kafka, CancellationToken cancellation)
    {
        foreach (var input in plan.History)
        {
            kafka.Send(input);
        }

        kafka.Flush(cancellation);
        var store = new StoreReader(cluster.Storage);
        await Until(() => store.CountResults() == plan.History.Count, cancellation);

        var labels = plan.History.Where(static input => input.IsFraud).ToArray();
        foreach (var input in labels)
        {
            kafka.SendLabel(input);
        }

        kafka.Flush(cancellation);
        await Until(() => cluster.Store.ReadOffsets(FraudCluster.LabelsTopic).GetValueOrDefault(0) == labels.Length, cancellation);
        await Task.Delay(Followed, cancellation);
    }

    private static Task WaitCommitted(FraudCluster cluster, InputPlan plan, CancellationToken cancellation) =>
        Until(() => IsCommitted(cluster, plan), cancellation);

    private static bool IsCommitted(FraudCluster cluster, InputPlan plan)
    {
        var store = new StoreReader(cluster.Storage);
        if (store.CountResults() + store.Parked().Count < plan.History.Count + plan.Stream.Count)
        {
            return false;
        }

        // Repeats that rows found are taken back by pages, and those are read again.
        var (rows, alerts) = (store.Positions(Checker.Rows), store.Positions(Checker.Alerts));
        if (cluster.Store.ReadHeads().Any(head => rows.GetValueOrDefault(head.Shard) != head.Sequence || alerts.GetValueOrDefault(head.Shard) != head.Sequence)
            || store.Repeats().Any(static note => note.Retracted is null))
        {
            return false;
        }

        using var kafka = new KafkaReader(cluster.Broker.BootstrapServers);
        var ends = kafka.Ends(FraudCluster.TransactionsTopic, FraudCluster.Partitions);
        var offsets = cluster.Store.ReadOffsets(FraudCluster.TransactionsTopic);
        return Enumerable.Range(0, ends.Length).All(partition => offsets.GetValueOrDefault(partition) == ends[partition]);
    }

    private static async Task Until(Func<bool> condition, CancellationToken cancellation)
    {
        while (!Holds(condition))
        {
            await Task.Delay(Poll, cancellation);
        }
    }

    private static bool Holds(Func<bool> condition)
    {
        try
        {
            return condition();
        }
        catch (Exception error) when (error is DbException or StoreUnavailableException)
        {
            // The store is what was broken; it is asked again.
            return false;
        }
    }

    private static string Standing(FraudCluster cluster) => string.Join(
        "; ",
        cluster.TryReadHeads().Select(row => string.Create(
            CultureInfo.InvariantCulture,
            $"shard {row.Shard} generation {row.Generation} of {(row.IsOwned ? row.Owner : "nobody")} at offset {row.NextOffset}")));
}
