using Fraud.Stream.State;

namespace Fraud.Stream.Lifecycle;

/// <summary>Where the graph is in its life, for readiness and for people.</summary>
public sealed class GraphStatus : IReadinessProbe
{
    private volatile Snapshot _current = new(GraphState.Starting, "starting");

    public string Name => "graph";

    public GraphState State => _current.State;

    /// <summary>The shards and histories of the graph that runs; null until then.</summary>
    public ShardParts? Shards { get; internal set; }

    public bool IsReady(out string detail)
    {
        var current = _current;
        detail = current.Detail;
        if (current.State == GraphState.Running && Shards is { Keeper.Recovering: > 0 and var recovering })
        {
            detail = $"recovering {recovering} shards";
            return false;
        }

        return current.State == GraphState.Running;
    }

    internal void Set(GraphState state, string detail) => _current = new Snapshot(state, detail);

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
