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
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        gate.Close();
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
            await Stop(EngineProps.Labels, Left());
            await Stop(EngineProps.Outbox, Left());
            StreamLog.Drained(log, time.GetElapsedTime(started));
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

    private async Task Ask(string part, object command, TimeSpan longest)
    {
        if (Find(part) is { } actor)
        {
            // The actor system of a node that was removed ends by itself, and does not answer then.
            await await Task.WhenAny(actor.Ask<object>(command, longest), actor.WatchAsync(CancellationToken.None));
        }
    }

    private Task Stop(string part, TimeSpan longest) =>
        Find(part) is { } actor ? actor.GracefulStop(longest, StopLoop.Instance) : Task.CompletedTask;
}
