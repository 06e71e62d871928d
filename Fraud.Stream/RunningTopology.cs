using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Fraud.Stream.Batching;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Poison;
using Fraud.Stream.Shards;
using Fraud.Stream.State;

namespace Fraud.Stream;

/// <summary>One instance of the graph, from its start to its end.</summary>
/// <remarks>What it queues, cancels and answers is its own: the next instance knows nothing of it.</remarks>
public sealed class RunningTopology
{
    private readonly BuiltTopology _built;
    private readonly OpenLanes _open;
    private readonly CancellationTokenSource _stop;
    private readonly Task _ended;
    private volatile bool _isStopping;

    /// <param name="open">Where the front door finds the lanes.</param>
    /// <param name="stop">Ends it at once, with whatever is inside; this instance's own.</param>
    public RunningTopology(BuiltTopology built, OpenLanes open, ActorSystem system, CancellationTokenSource stop)
    {
        _built = built;
        _open = open;
        _stop = stop;
        _ended = Run(FraudTopology.Of(built.Stages), system);
        _open.Open(built.Inlets);
    }

    /// <summary>
    /// Four elements wait at a boundary, where Akka lets sixteen: what waits is to wait in front, where it is counted and refused, and
    /// where payments over HTTP pass those of Kafka. With one, a lane would stand still after each group until the thread behind it has
    /// woken up and asked for the next: a fifth of what it can do (<c>fraud bench onnx</c>).
    /// </summary>
    public static ActorMaterializerSettings SettingsOf(ActorSystem system) =>
        ActorMaterializerSettings.Create(system).WithInputBuffer(4, 4).WithDispatcher(FraudEngine.GraphDispatcher);

    /// <summary>Payments over HTTP that wait for a lane.</summary>
    public int Waiting => _built.Inlets.Sum(static inlet => inlet.Waiting);

    /// <summary>Completes when no stage runs any more.</summary>
    /// <exception cref="TopologyFailedException">A stage failed.</exception>
    public Task WhenEnded() => _ended;

    /// <summary>Sends a marker into the lane of its shard. False when intake was stopped.</summary>
    public bool TrySend(ShardMarker marker) => _built.Inlets[marker.Shard.Shard % _built.Inlets.Length].TrySend(marker);

    /// <summary>No more comes in; what is inside goes through to its end. <see cref="WhenEnded"/> tells when.</summary>
    public void StopIntake()
    {
        _isStopping = true;
        _open.Close(_built.Inlets);
        Array.ForEach(_built.Inlets, static inlet => inlet.Complete());
    }

    /// <summary>
    /// Tells those who wait for what is left inside, so that each admitted payment has its one reply. Only after
    /// <see cref="WhenEnded"/>.
    /// </summary>
    public void FailUnanswered(Exception reason)
    {
        StopIntake();
        // The inlets first: what they gave until then is in flight.
        Payment[] waiting = [.. _built.Inlets.SelectMany(static inlet => inlet.TakeUnfinished())];
        foreach (var payment in waiting.Concat(_built.InFlight.TakeAll().SelectMany(static batch => batch.Payments.ToArray())))
        {
            payment.Trace?.Failed(payment, "the graph stopped before it was stored");
            if (payment is { Reply: { } reply, IsAnswered: false })
            {
                payment.IsAnswered = true;
                // With the one that the graph ended for, coming back is of no use.
                reply.Fail(payment, _built.IsPoison(payment) ? PoisonedPaymentException.Instance : reason);
            }
        }
    }

    private async Task Run(IRunnableGraph<Task> graph, ActorSystem system)
    {
        // Its own, so that its end is the end of all stages, and of no other graph's. Without settings it would be the
        // system's.
        var materializer = ActorMaterializer.Create(system, SettingsOf(system));
        using var abort = _stop.Token.Register(materializer.Shutdown);
        try
        {
            await graph.Run(materializer);
            if (!_isStopping)
            {
                throw new TopologyFailedException("The graph ended, and nothing had asked it to.", null);
            }
        }
        catch (Exception error) when (!_stop.IsCancellationRequested && error is not TopologyFailedException)
        {
            throw new TopologyFailedException("A stage of the graph failed.", error);
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // Asked to: what is inside is not lost, its senders have it.
        }
        finally
        {
            // A failure reaches the sinks before the other stages have ended, and one may be waiting for the store.
            await _stop.CancelAsync();
            materializer.Shutdown();
            await materializer.Supervisor.WatchAsync(CancellationToken.None);
            foreach (var scorer in _built.Scorers)
            {
                scorer.Dispose();
            }

            _stop.Dispose();
        }
    }
}
