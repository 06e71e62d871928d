namespace Fraud.Client;

/// <summary>The cluster as the asked node sees it.</summary>
public sealed record ClusterReport
{
    /// <summary>When this was seen.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>The store that all share.</summary>
    public string Store { get; init; } = "";

    /// <summary>Why the shards' rows could not be read; the shards are then the node's own view.</summary>
    public string? StoreError { get; init; }

    /// <summary>Records in Kafka that are not yet stored; null when an end is not known.</summary>
    public long? Lag { get; init; }

    /// <summary>The shards.</summary>
    public IReadOnlyList<ShardReport> Shards { get; init; } = [];

    /// <summary>The asked node, the other members, and each that holds a claim.</summary>
    public IReadOnlyList<NodeReport> Nodes { get; init; } = [];

    /// <summary>What became of shards lately, newest first.</summary>
    public IReadOnlyList<ShardHappened> History { get; init; } = [];
}

/// <summary>Who serves a shard, and how far behind Kafka it is.</summary>
public sealed record ShardReport
{
    /// <summary>Its number: the partition of the transactions topic.</summary>
    public int Shard { get; init; }

    /// <summary>"open", "recovering", "nobody", "no_answer" or "not_served".</summary>
    public string State { get; init; } = "";

    /// <summary>The node that holds its claim.</summary>
    public string? Owner { get; init; }

    /// <summary>Where that node takes payments from others.</summary>
    public string? Address { get; init; }

    /// <summary>Of the claim; writes of an older one are refused.</summary>
    public long? Generation { get; init; }

    /// <summary>Last position of its journal.</summary>
    public long? Journal { get; init; }

    /// <summary>Position that its stored card states contain.</summary>
    public long? Snapshot { get; init; }

    /// <summary>Offset that is read next; null when none was.</summary>
    public long? NextOffset { get; init; }

    /// <summary>Records in Kafka that are not yet stored; null when the end is not known.</summary>
    public long? Lag { get; init; }

    /// <summary>Cards in its owner's memory; null unless the owner says so.</summary>
    public long? Cards { get; init; }

    /// <summary>Cards that wait in the store; likewise.</summary>
    public long? CardsAway { get; init; }
}

/// <summary>A node of the cluster.</summary>
public sealed record NodeReport
{
    /// <summary>New at every start.</summary>
    public string Name { get; init; } = "";

    /// <summary>Where it takes payments from others.</summary>
    public string Address { get; init; } = "";

    /// <summary>Its front door; empty when it does not answer.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>Whether this is the node that was asked.</summary>
    public bool IsAsked { get; init; }

    /// <summary>Of its graph, such as "running"; "no answer" when it does not.</summary>
    public string State { get; init; } = "";

    /// <summary>"up", "joining", "leaving", "unreachable" and others of Akka's words; "none", or "alone" without a cluster.</summary>
    public string Member { get; init; } = "";

    /// <summary>Whether it decides who joins and leaves.</summary>
    public bool IsLeader { get; init; }

    /// <summary>Whether it decides which node has which shard.</summary>
    public bool IsCoordinator { get; init; }

    /// <summary>Its connection to Kafka.</summary>
    public string? Kafka { get; init; }

    /// <summary>The model that it scores with.</summary>
    public string? Model { get; init; }

    /// <summary>Shards that the store says it owns.</summary>
    public int Held { get; init; }

    /// <summary>Of them: those that it serves.</summary>
    public int Open { get; init; }

    /// <summary>Since it started; null when it does not answer.</summary>
    public double? UptimeSeconds { get; init; }
}

/// <summary>An event of a shard's history.</summary>
public sealed record ShardHappened
{
    /// <summary>When, by the clock of the node that it happened on.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The shard.</summary>
    public int Shard { get; init; }

    /// <summary>"claimed", "released", "overtaken" or "dropped".</summary>
    public string Event { get; init; } = "";

    /// <summary>Of the claim that it is about.</summary>
    public long Generation { get; init; }

    /// <summary>The node.</summary>
    public string Node { get; init; } = "";

    /// <summary>Of one that was released: "drained", "drain_limit", "graph_ended" or "never_opened".</summary>
    public string? Why { get; init; }

    /// <summary>How long claim and recovery took, how long it drained, or how long it had been served.</summary>
    public double Seconds { get; init; }

    /// <summary>Of one that was claimed: its cards.</summary>
    public long? Cards { get; init; }
}
