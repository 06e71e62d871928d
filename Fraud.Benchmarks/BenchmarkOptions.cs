namespace Fraud.Benchmarks;

/// <summary>How long to measure, and what with.</summary>
public sealed record BenchmarkOptions
{
    /// <summary>Time of one round of one contestant.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Rounds that count; one more warms up.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>A model's folder with its versions.</summary>
    public string Model { get; init; } = "models/payments";

    /// <summary>Connection string of PostgreSQL for the store benchmark; null leaves it out.</summary>
    public string? Postgres { get; init; }

    /// <summary>Connections of the HTTP load.</summary>
    public int Connections { get; init; } = 64;
}
