namespace Fraud.Stream.ReadModel;

/// <summary>How a reader of the journal takes its pages.</summary>
/// <param name="PagesAtOnce">Of a shard, read from the journal in one query.</param>
/// <param name="Gather">How long pages are waited for that come soon.</param>
/// <param name="Look">How long nothing may come before the open shards are looked at again.</param>
/// <param name="RetryMin">First wait for a store that is away; doubled up to the longest, with jitter.</param>
/// <param name="RetryMax">The longest.</param>
public readonly record struct IntakePace(int PagesAtOnce, TimeSpan Gather, TimeSpan Look, TimeSpan RetryMin, TimeSpan RetryMax);
