using Fraud.Stream.Ingest;

namespace Fraud.Cli.Simulate;

/// <summary>How a simulation is fed.</summary>
public sealed record SimulatedFeedOptions
{
    public SimulatorOptions Simulator { get; init; } = new();

    /// <summary>Payments a second; 0 is as fast as the service takes them.</summary>
    // Enough to watch, and well below what disturbs a measurement beside it.
    public double Rate { get; init; } = 50;

    /// <inheritdoc cref="Feed.KafkaFeederOptions.Client"/>
    public IReadOnlyDictionary<string, string> Client { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where the service listens: its topics and its group; null for those that it has by default.</summary>
    public KafkaOptions? Service { get; init; }

    /// <summary>Send each fraud's label to the label topic.</summary>
    public bool Labels { get; init; } = true;

    /// <summary>Keep the simulation's own times; otherwise each payment happens when it is sent.</summary>
    public bool SimulatedTime { get; init; }

    /// <inheritdoc cref="Feed.KafkaFeederOptions.MaxInFlight"/>
    public int MaxInFlight { get; init; } = 20_000;

    /// <inheritdoc cref="Feed.KafkaFeederOptions.Stalled"/>
    public Action<Feed.FeedStall>? Stalled { get; init; }

    /// <inheritdoc cref="Feed.KafkaFeederOptions.StallNotice"/>
    public TimeSpan StallNotice { get; init; } = TimeSpan.FromSeconds(10);
}
