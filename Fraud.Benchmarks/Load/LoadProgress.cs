namespace Fraud.Benchmarks.Load;

/// <summary>How a load stands while it runs.</summary>
/// <param name="Elapsed">Since its start.</param>
/// <param name="Due">Requests due until now.</param>
public sealed record LoadProgress(TimeSpan Elapsed, TimeSpan Duration, long Due, long Accepted, long Shed, long Failed);
