using Akka.Actor;
using Fraud.Stream.Overload;
using Fraud.Stream.Shards;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.Lifecycle;

/// <summary>
/// Owns the graph and its consumer: starts them, tells shards, and fails when they end, so that its supervisor starts another instance
/// after a pause. One instance of this actor has one instance of the graph.
/// </summary>
#pragma warning disable CA1001 // The source's kernel handle is never asked for, so there is nothing to dispose of.
public sealed class GraphActor : ReceiveActor
#pragma warning restore CA1001
{
    /// <summary>Its name among the parts.</summary>
    public const string Part = "graph";

    private readonly EngineParts _parts;
    private readonly GraphStatus _status;
    private readonly AdmissionGate _gate;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _starting = new();
    private readonly Task<RunningGraph> _start;
    private RunningGraph? _graph;
    private IActorRef? _drainedFor;
    private bool _hasLeft;
    private string _why = "stopped";

    /// <param name="start">Takes the histories from the store and starts a graph with them.</param>
    public GraphActor(
        Func<CancellationToken, Task<RunningGraph>> start, EngineParts parts, GraphStatus status, AdmissionGate gate, ILogger<GraphActor> log)
    {
        _parts = parts;
        _status = status;
        _gate = gate;
        _log = log;
        Receive<RunningGraph>(Started);
        Receive<GraphOver>(over => Over(over.Error));
        Receive<DrainGraph>(_ => Drain());
        var self = Self;
        _start = start(_starting.Token);
        _ = _start.ContinueWith(
            started => self.Tell(started.IsCompletedSuccessfully ? started.Result : new GraphOver(Reason(started))),
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    protected override void PreStart()
    {
        _parts.Begin(Part, Self);
        _status.Set(GraphState.Recovering, "taking the histories from the store");
    }

    protected override void PostStop()
    {
        _starting.Cancel();
        if (_graph is null)
        {
            _parts.Leaving(DisposeWhenStarted());
        }

        Leave();
        _parts.End(Part, Self);
        if (_drainedFor is null)
        {
            _status.Set(GraphState.Restarting, _why);
        }
    }

    private async Task DisposeWhenStarted()
    {
        await ((Task)_start).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_start.IsCompletedSuccessfully && !_hasLeft)
        {
            await _start.Result.DisposeAsync();
        }
    }

    private static Exception Reason(Task ended) => ended.Exception?.GetBaseException() ?? new OperationCanceledException("It was stopped.");

    private void Started(RunningGraph graph)
    {
        _graph = graph;
        var self = Self;
        _ = graph.Ended.ContinueWith(
            ended => self.Tell(new GraphOver(ended.IsCompletedSuccessfully ? null : Reason(ended))),
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _status.Run(graph);
        Context.System.EventStream.Publish(new GraphStarted(graph));
        _gate.Open();
        _parts.Run(Part, Self);
    }

    private void Drain()
    {
        _drainedFor = Sender;
        if (_graph is not { } graph)
        {
            _starting.Cancel();
            Sender.Tell(GraphDrained.Instance);
            return;
        }

        // Its end says how it went.
        _ = graph.DrainAsync().ContinueWith(
            static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private void Over(Exception? error)
    {
        if (_drainedFor is { } asked)
        {
            // Also one that failed on its way to the end: it is not started again, and nobody has to wait any longer.
            Leave();
            asked.Tell(GraphDrained.Instance);
            return;
        }

        var why = new TopologyFailedException("The graph ended.", error);
        _why = error?.Message ?? why.Message;
        StreamLog.GraphRestarts(_log, why);
        throw why;
    }

    private void Leave()
    {
        if (_graph is not { } graph)
        {
            return;
        }

        _graph = null;
        _hasLeft = true;
        _gate.Close();
        _status.Leave(graph);
        Context.System.EventStream.Publish(new GraphEnded(graph));
        // The next instance knows nothing of it, and need not wait.
        _parts.Leaving(graph.DisposeAsync().AsTask());
    }

    private sealed record GraphOver(Exception? Error);
}

/// <summary>Command: finish what is inside. Reply: <see cref="GraphDrained"/>, once all of it is stored, or it failed.</summary>
public sealed class DrainGraph
{
    public static readonly DrainGraph Instance = new();

    private DrainGraph()
    {
    }
}

public sealed class GraphDrained
{
    public static readonly GraphDrained Instance = new();

    private GraphDrained()
    {
    }
}
