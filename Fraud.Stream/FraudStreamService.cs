using Fraud.Model.Decoding;
using Fraud.Stream.Alerts;
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
/// Keeps a graph running: rebuilds the profile from the store, starts the graph and its sources, drains at the
/// end. A graph that fails is built anew from what the store holds.
/// </summary>
public sealed class FraudStreamService(
    TopologyParts parts,
    KafkaEndpoint kafka,
    KafkaOptions kafkaOptions,
    LifecycleOptions lifecycle,
    TransactionLimits limits,
    ProfileRecovery recovery,
    ShardRouter shards,
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
        status.Set(GraphState.Recovering, "rebuilding the profile from the store");
        var profile = await Task.Run(
            () =>
            {
                parts.Store.Open();
                return recovery.Rebuild(stopping);
            },
            stopping);

        using var abort = new CancellationTokenSource();
        using var stopIntake = new CancellationTokenSource();
        using var stopSending = new CancellationTokenSource();
        using var outbox = new OutboxPublisher(kafkaOptions, kafka.BootstrapServers, parts.Store, parts.LogFor<OutboxPublisher>());
        var progress = new PartitionProgress();
        var topology = new FraudTopology(parts with { Progress = progress, WakeOutbox = outbox.Wake }, profile, abort.Token);
        var graphEnded = topology.WhenEnded();

        var transactions = new KafkaSource(
            kafkaOptions, kafka.BootstrapServers, limits, parts.Batches, parts.Router, parts.Store, progress, source,
            parts.Time, parts.LogFor<KafkaSource>());
        var labels = new LabelSource(
            kafkaOptions, kafka.BootstrapServers, new LabelReader(limits, parts.Time), parts.Store,
            change => profile.ApplyLabel(shards.ShardOf(change.Label.CardId.Utf8), change.Label, change.FraudDelta),
            outbox.Wake, parts.Time, parts.LogFor<LabelSource>());

        var edges = new StageGroup(parts.LogFor<StageGroup>(), CancellationToken.None);
        edges.Start("kafka", _ => transactions.Run(stopIntake.Token, abort.Token));
        edges.Start("labels", _ => labels.Run(stopIntake.Token));
        edges.Start("outbox", _ => outbox.Run(stopSending.Token));
        var edgesEnded = edges.WhenEnded();

        status.Profile = profile;
        var by = parts.Models.Current.ScoredBy;
        StreamLog.GraphStarted(
            log, parts.Batching.LaneThreads, parts.Batching.ScoreThreads, shards.Shards, by.Model, by.Version, parts.Store.Kind);
        status.Set(GraphState.Running, "running");
        parts.Gate.Open();
        try
        {
            await Task.WhenAny(graphEnded, edgesEnded, Cancelled(stopping));
            if (stopping.IsCancellationRequested)
            {
                await Drain(topology, graphEnded, stopIntake, abort);
            }
        }
        finally
        {
            parts.Gate.Close();
            parts.Router.Disconnect();
            await stopIntake.CancelAsync();
            // The graph ended, or is to: what the source still holds was never accepted, and there is no lane
            // left to wait for.
            await abort.CancelAsync();
            await graphEnded.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            topology.FailUnanswered(new OperationCanceledException("The graph stopped before it was done."));
            await stopSending.CancelAsync();
            await edgesEnded.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await graphEnded;
        await edgesEnded;
    }

    private async Task Drain(
        FraudTopology topology, Task graphEnded, CancellationTokenSource stopIntake, CancellationTokenSource abort)
    {
        var started = parts.Time.GetTimestamp();
        status.Set(GraphState.Draining, "draining");
        StreamLog.Draining(log);
        parts.Gate.Close();
        await stopIntake.CancelAsync();
        topology.StopIntake();
        try
        {
            await graphEnded.WaitAsync(lifecycle.DrainTimeout, parts.Time);
            StreamLog.Drained(log, parts.Time.GetElapsedTime(started));
        }
        catch (TimeoutException)
        {
            StreamLog.DrainDeadline(log, lifecycle.DrainTimeout);
            await abort.CancelAsync();
        }
    }

    private static Task Cancelled(CancellationToken cancellation)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cancellation.Register(cancelled.SetResult);
        return cancelled.Task;
    }
}
