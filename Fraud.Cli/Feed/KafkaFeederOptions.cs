namespace Fraud.Cli.Feed;

/// <summary>Where and how a feed goes to Kafka.</summary>
public sealed record KafkaFeederOptions
{
    public required string BootstrapServers { get; init; }

    /// <summary>Further settings of the Kafka client (librdkafka's names); they win over the feed's own.</summary>
    public IReadOnlyDictionary<string, string> Client { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public string Topic { get; init; } = "transactions";

    public string LabelTopic { get; init; } = "fraud_labels";

    /// <summary>The group whose committed offsets say how far the service has come.</summary>
    public string Group { get; init; } = "fraud-detectors";

    /// <summary>Likewise for labels, as the service names it.</summary>
    public string LabelGroup => Group + "-labels";

    /// <summary>Send a label after each payment that is a fraud.</summary>
    public bool Labels { get; init; } = true;

    /// <summary>Records sent to a topic and not yet committed by its group, at most; 0 sends without looking.</summary>
    // 20,000 payments are 3.5 MB: less than the 5 MB that a partition of the in-process broker keeps, even
    // were they all one card's.
    public int MaxInFlight { get; init; } = 20_000;

    /// <summary>
    /// How long the service may stand still before the feed gives up, and how long the end waits for it;
    /// zero does not wait at the end.
    /// </summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Told when the service has taken nothing for <see cref="StallNotice"/>, and again each time that has doubled.</summary>
    public Action<FeedStall>? Stalled { get; init; }

    /// <summary>Standstill that is worth a word.</summary>
    // Longer than a rebalance or a restart of the graph takes.
    public TimeSpan StallNotice { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>A feed that waits for a service that takes nothing.</summary>
/// <param name="Lasted">Since the service last took anything.</param>
/// <param name="Waiting">Records that wait for it.</param>
public readonly record struct FeedStall(string Topic, TimeSpan Lasted, long Waiting);
