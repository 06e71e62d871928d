namespace Fraud.Stream.Shards;

/// <summary>How long a shard waits for what.</summary>
public sealed record ShardTimes
{
    public static readonly ShardTimes Default = new();

    /// <summary>From being fenced to the next claim, at the earliest, so that two owners do not take a shard from each other in turns
    /// faster than sharding makes up its mind (rule 8 of docs/decisions/0011).</summary>
    public TimeSpan FencedPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After a claim or a recovery that failed; doubled with each failure in a row up to <see cref="MaxRetryPause"/>.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan MaxRetryPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// For a claim or a release to be answered. Above the store's own time limit: then no answer means that nothing waits for one.
    /// </summary>
    public TimeSpan ReplyLimit { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>From the stop message to the release, whatever is still in flight (rule 26).</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(8);
}
