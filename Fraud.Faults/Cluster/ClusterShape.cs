namespace Fraud.Faults.Cluster;

/// <summary>How a scenario wants its cluster.</summary>
public sealed record ClusterShape
{
    public int Nodes { get; init; } = 3;

    // The in-process broker lets a changed group wait for its lost member up to the session timeout less a second on
    // top of the session timeout itself. With three seconds a take-over is still seen within a short run, and a node
    // on a busy machine does not miss heartbeats by itself.
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Where the SQLite file lives; null: PostgreSQL.</summary>
    public string? SqliteFolder { get; init; }

    /// <summary>Further settings, SECTION:NAME=VALUE.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Environment of a node's process, by its name.</summary>
    public Func<string, IReadOnlyDictionary<string, string>>? EnvironmentOf { get; init; }
}
