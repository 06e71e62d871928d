namespace Fraud.Benchmarks.Load;

/// <summary>A part of a load in which the rate changes evenly from one value to another.</summary>
/// <param name="From">Requests a second at its start.</param>
/// <param name="To">Requests a second at its end.</param>
public sealed record LoadPhase(double From, double To, TimeSpan Duration)
{
    /// <summary>So many requests are due at the same moment, then none until the rate has made up for them.</summary>
    public int Together { get; init; } = 1;

    /// <summary>Requests that are due in it.</summary>
    public double Requests => (From + To) / 2 * Duration.TotalSeconds;

    public static LoadPhase Steady(double rate, TimeSpan duration) => new(rate, rate, duration);
}
