using Fraud.Model.Decoding;
using Fraud.Stream.Alerts;
using Fraud.Stream.Cluster;
using Fraud.Stream.Commit;
using Fraud.Stream.Ingest;
using Fraud.Stream.Labels;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.State;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream;

/// <summary>
/// Keeps a graph running: takes the histories from the store, starts the graph and its sources, drains at the
/// end. A graph that fails is built anew from what the store holds.
/// </summary>
public sealed class FraudStreamService(
    TopologyParts parts,
    KafkaEndpoint kafka,
    KafkaOptions kafkaOptions,
    LifecycleOptions lifecycle,
    TransactionLimits limits,
    ClusterParts cluster,
    SourceCounters source,
    GraphStatus status,
    ILogger<FraudStreamService> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = new Backoff(lifecycle.RestartMin, lifecycle.RestartMax);
        while (!stoppingToken.IsCancellationRequested)
        {
            var started = parts.Time.GetTimestamp();
            try
            {
                await RunGraph(stoppingToken);
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                if (parts.Time.GetElapsedTime(started) > lifecycle.RestartMax)
                {
                    // It ran well in between: this failure is the first of its kind.
                    backoff.Reset();
                }

                status.Set(GraphState.Restarting, error.Message);
                var wait = backoff.Next();
                StreamLog.GraphRestarts(log, wait, error);
                await Task.Delay(wait, parts.Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RunGraph(CancellationToken stopping)
    {
        status.Set(GraphState.Recovering, "taking the histories from the store");
        using var abort = new CancellationTokenSource();
        using var stopIntake = new CancellationTokenSource();
        using var stopFollowing = new CancellationTokenSource();
        using var stopSending = new CancellationTokenSource();
        var progress = new PartitionProgress();
        var shards = cluster.New(parts, progress, kafkaOptions.TransactionsTopic, abort.Token);
        using var outbox = new OutboxPublisher(
            kafkaOptions, kafka.BootstrapServers, parts.Store, shards.Leases, parts.LogFor<OutboxPublisher>(), parts.Metrics.Sent,
            parts.Tracer);
        await Task.Run(
            () =>
            {
                parts.Store.Open();
                shards.Terminals.Load(stopping);
            },
            stopping);

        var topology = new FraudTopology(parts with { Progress = progress, WakeOutbox = outbox.Wake }, shards, abort.Token);
        var graphEnded = topology.WhenEnded();
        if (!parts.Store.IsShared)
        {
            // Nobody else can own them, so the front door need not wait for Kafka.
            shards.Keeper.Claim(Enumerable.Range(0, shards.Leases.Shards), TimeSpan.Zero);
        }

        var transactions = new KafkaSource(
            kafkaOptions, kafka.BootstrapServers, limits, parts.Batches, parts.Router, shards.Keeper, progress, source,
            parts.Time, parts.LogFor<KafkaSource>(), parts.Tracer, parts.Fields);
        var labels = new LabelSource(
            kafkaOptions, kafka.BootstrapServers, new LabelReader(limits, parts.Time), parts.Store, shards.Follower.Wake,
            outbox.Wake, parts.Time, parts.LogFor<LabelSource>());

        var sources = new StageGroup(parts.LogFor<StageGroup>(), CancellationToken.None);
        sources.Start("kafka", _ => transactions.Run(stopIntake.Token, abort.Token));
        sources.Start("labels", _ => labels.Run(stopIntake.Token));
        var sourcesEnded = sources.WhenEnded();
        var edges = new StageGroup(parts.LogFor<StageGroup>(), CancellationToken.None);
        edges.Start("shards", _ => shards.Keeper.Run(stopFollowing.Token));
        edges.Start("follower", _ => shards.Follower.Run(stopFollowing.Token));
        edges.Start("snapshots", _ => shards.Snapshots.Run(stopFollowing.Token));
        edges.Start("outbox", _ => outbox.Run(stopSending.Token));
        var edgesEnded = edges.WhenEnded();

        status.Shards = shards;
        var by = parts.Models.Champion.Current.ScoredBy;
        StreamLog.GraphStarted(
            log, parts.Batching.LaneThreads, parts.Batching.ScoreThreads, shards.Leases.Shards, by.Model, by.Version, parts.Store.Kind);
        status.Set(GraphState.Running, "running");
        parts.Gate.Open();
        try
        {
            await Task.WhenAny(graphEnded, sourcesEnded, edgesEnded, Cancelled(stopping));
            if (stopping.IsCancellationRequested)
            {
                await Drain(topology, shards, graphEnded, sourcesEnded, stopIntake, stopFollowing, abort);
            }
        }
        finally
        {
            parts.Gate.Close();
            parts.Router.Disconnect();
            await stopIntake.CancelAsync();
            await stopFollowing.CancelAsync();
            // The graph ended, or is to: what the source still holds was never accepted, and there is no lane
            // left to wait for.
            await abort.CancelAsync();
            await graphEnded.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            topology.FailUnanswered(new OperationCanceledException("The graph stopped before it was done."));
            await sourcesEnded.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await stopSending.CancelAsync();
            await edgesEnded.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            shards.Forget();
        }

        await graphEnded;
        await sourcesEnded;
        await edgesEnded;
    }

    /// <summary>Stops intake, hands the shards over, and finishes what is in flight, all within the deadline.</summary>
    private async Task Drain(
        FraudTopology topology,
        ShardParts shards,
        Task graphEnded,
        Task sourcesEnded,
        CancellationTokenSource stopIntake,
        CancellationTokenSource stopFollowing,
        CancellationTokenSource abort)
    {
        var started = parts.Time.GetTimestamp();
        status.Set(GraphState.Draining, "draining");
        StreamLog.Draining(log);
        parts.Gate.Close();
        await stopIntake.CancelAsync();
        try
        {
            // The sources hand over the shards that Kafka gave them; those it did not are handed over here.
            await sourcesEnded.WaitAsync(lifecycle.DrainTimeout, parts.Time);
            await stopFollowing.CancelAsync();
            await Task.Run(() => shards.Keeper.Release([.. Enumerable.Range(0, shards.Leases.Shards)], Left()));
            topology.StopIntake();
            await graphEnded.WaitAsync(Left(), parts.Time);
            StreamLog.Drained(log, parts.Time.GetElapsedTime(started));
        }
        catch (TimeoutException)
        {
            StreamLog.DrainDeadline(log, lifecycle.DrainTimeout);
            await abort.CancelAsync();
        }

        TimeSpan Left()
        {
            var left = lifecycle.DrainTimeout - parts.Time.GetElapsedTime(started);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    private static Task Cancelled(CancellationToken cancellation)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cancellation.Register(cancelled.SetResult);
        return cancelled.Task;
    }
}
