namespace Fraud.Faults.Cluster;

/// <summary>How a scenario wants its cluster.</summary>
public sealed record ClusterShape
{
    public int Nodes { get; init; } = 3;

    /// <summary>Where the SQLite file lives; null: PostgreSQL.</summary>
    public string? SqliteFolder { get; init; }

    /// <summary>Whether nodes reach each other and the store by ways that can be cut (<see cref="FraudCluster.Network"/>).</summary>
    public bool CanBeCut { get; init; }

    /// <summary>Further settings, SECTION:NAME=VALUE.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Environment of a node's process, by its name.</summary>
    public Func<string, IReadOnlyDictionary<string, string>>? EnvironmentOf { get; init; }
}
