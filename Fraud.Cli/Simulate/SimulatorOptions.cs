using System.ComponentModel.DataAnnotations;

namespace Fraud.Cli.Simulate;

/// <summary>The world that <see cref="PaymentSimulator"/> simulates. Defaults are the handbook's.</summary>
public sealed record SimulatorOptions
{
    [Range(1, 10_000_000)]
    public int Customers { get; init; } = 5_000;

    [Range(1, 10_000_000)]
    public int Terminals { get; init; } = 10_000;

    /// <summary>Days until the stream ends; null never ends.</summary>
    public int? Days { get; init; }

    /// <summary>Start of the first day.</summary>
    public DateTimeOffset Start { get; init; } = new(2018, 4, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Share of payments that are frauds, in the long run.</summary>
    // The handbook's data has 0.84 %. Above a half, compromised terminals would be the normal ones.
    [Range(0, 0.5)]
    public double FraudShare { get; init; } = 0.0084;

    /// <summary>How far from home a customer pays, in a square of 100 by 100.</summary>
    [Range(0.1, 142)]
    public double Radius { get; init; } = 5;

    public int Seed { get; init; }
}
