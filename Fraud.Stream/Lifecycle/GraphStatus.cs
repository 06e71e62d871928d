using Fraud.Stream.Shards;

namespace Fraud.Stream.Lifecycle;

/// <summary>Where the graph is in its life, for readiness and for people.</summary>
public sealed class GraphStatus(ShardPhases shards)
{
    private volatile Snapshot _current = new(GraphState.Starting, "starting");
    private RunningGraph? _graph;

    public GraphState State => _current.State;

    /// <summary>The graph that runs now; null between two.</summary>
    public RunningGraph? Current => Volatile.Read(ref _graph);

    /// <summary>It runs, and every shard that is to be served here is open.</summary>
    /// <param name="detail">What it is doing, for people.</param>
    public bool IsReady(out string detail)
    {
        var current = _current;
        detail = current.Detail;
        if (current.State == GraphState.Running && shards.Opening is > 0 and var opening)
        {
            detail = $"recovering {opening} shards";
            return false;
        }

        return current.State == GraphState.Running;
    }

    internal void Set(GraphState state, string detail) => _current = new Snapshot(state, detail);

    internal void Run(RunningGraph graph)
    {
        Volatile.Write(ref _graph, graph);
        Set(GraphState.Running, "running");
    }

    /// <summary>No effect when another one runs by now.</summary>
    internal void Leave(RunningGraph graph) => Interlocked.CompareExchange(ref _graph, null, graph);

    private sealed record Snapshot(GraphState State, string Detail);
}

public enum GraphState
{
    Starting,
    Recovering,
    Running,
    Draining,
    Restarting,
}
