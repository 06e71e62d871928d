namespace Fraud.Faults.Reporting;

/// <summary>What one run showed.</summary>
/// <param name="Outages">How long shards were not served.</param>
/// <param name="Violations">Everything that was not as it must be; empty: passed.</param>
public sealed record RunResult(
    int Seed,
    int Inputs,
    int Lost,
    int Duplicated,
    IReadOnlyList<TimeSpan> Outages,
    IReadOnlyList<string> Notes,
    IReadOnlyList<string> Violations)
{
    public TimeSpan Elapsed { get; init; }

    /// <summary>Where the nodes' logs are kept after a violation.</summary>
    public string? Folder { get; init; }
}
