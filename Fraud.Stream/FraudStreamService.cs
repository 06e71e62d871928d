using Akka.Actor;
using Akka.Hosting;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Overload;
using Fraud.Stream.Shards;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream;

/// <summary>
/// Stops the engine in order when the host stops, before the actor system does: the front door takes no more, shards are handed over,
/// what is in flight is stored, and what waits to be sent is sent.
/// </summary>
public sealed class FraudStreamService(
    ActorRegistry actors, EngineParts parts, AdmissionGate gate, GraphStatus status, LifecycleOptions options, TimeProvider time, ILogger<FraudStreamService> log)
    : IHostedService
{
    private readonly Lock _gate = new();
    private Task? _stopped;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Once: who asks again, a host may, waits for the same end.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _stopped ??= StopInOrder();
        }
    }

    private async Task StopInOrder()
    {
        var started = time.GetTimestamp();
        gate.Shut();
        var graph = status.Current;
        status.Set(GraphState.Draining, "draining");
        StreamLog.Draining(log);
        if (actors.TryGet<EngineActor>(out var engine))
        {
            engine.Tell(StopEngine.Instance);
        }

        try
        {
            await Ask(EngineProps.Shards, StopShards.Instance, Left());
            await Ask(GraphActor.Part, DrainGraph.Instance, Left());
            await Stop(EngineProps.Results, Left());
            await Stop(EngineProps.Labels, Left());
            await Stop(EngineProps.Alerts, Left());
            if (graph is { Ended.IsFaulted: true })
            {
                StreamLog.DrainFailed(log);
            }
            else
            {
                StreamLog.Drained(log, time.GetElapsedTime(started));
            }
        }
        catch (Exception error) when (error is TimeoutException or AskTimeoutException or TaskCanceledException)
        {
            StreamLog.DrainDeadline(log, options.DrainTimeout);
        }

        if (engine is not null)
        {
            // Whatever is left ends with it.
            engine.Tell(PoisonPill.Instance);
            await engine.WatchAsync(CancellationToken.None);
        }

        await parts.WhenLeft().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        TimeSpan Left()
        {
            var left = options.DrainTimeout - time.GetElapsedTime(started);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    private IActorRef? Find(string part) => parts.All.FirstOrDefault(each => each.Name == part)?.Actor;

    // A part that ended by itself, or waits to be started again, has nothing left to do; the actor system of a node that was removed
    // ends by itself too, and does not answer then.
    private async Task Ask(string part, object command, TimeSpan longest)
    {
        if (Find(part) is { } actor)
        {
            using var decided = new CancellationTokenSource();
            await await Task.WhenAny(actor.Ask<object>(command, longest, decided.Token), actor.WatchAsync(decided.Token));
            await decided.CancelAsync();
        }
    }

    private Task Stop(string part, TimeSpan longest) =>
        Find(part) is { } actor ? actor.GracefulStop(longest, StopLoop.Instance) : Task.CompletedTask;
}
