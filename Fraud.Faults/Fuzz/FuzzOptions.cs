namespace Fraud.Faults.Fuzz;

/// <summary>How much, and which.</summary>
public sealed record FuzzOptions
{
    public int Requests { get; init; } = 100_000;

    /// <summary>Another seed makes other requests.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Number of the first request: with <see cref="Requests"/> of 1 one of a run is made again.</summary>
    public long First { get; init; }

    /// <summary>Requests a second over all connections; 0 as fast as they go. The good client shares the machine.</summary>
    public double Rate { get; init; } = 1_000;

    public int Connections { get; init; } = 16;

    /// <summary>The good client's payments a second.</summary>
    public double GoodRate { get; init; } = 100;

    /// <summary>How long the good client is alone before each turn of the fuzz.</summary>
    public TimeSpan Alone { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Requests before the good client is alone again.</summary>
    public int RequestsInTurn { get; init; } = 10_000;
}
