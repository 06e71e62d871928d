namespace Fraud.Cli.Cluster;

/// <summary>What <c>fraud cluster up</c> starts.</summary>
internal sealed record UpOptions
{
    public required int Nodes { get; init; }

    /// <summary>Port of the first node's front door; the others follow.</summary>
    public required int Port { get; init; }

    /// <summary>Brokers, or null for a broker process of our own.</summary>
    public string? Kafka { get; init; }

    /// <summary>Connection string, or null for a server of our own.</summary>
    public string? Postgres { get; init; }

    public required string Data { get; init; }

    /// <summary>Partitions of the transactions topic: the shards.</summary>
    public required int Partitions { get; init; }

    /// <summary>Simulated payments a second; 0 feeds nothing.</summary>
    public required double Rate { get; init; }

    /// <summary>Further settings of every node, SECTION:NAME=VALUE.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
