namespace Fraud.Stream.Shards;

/// <summary>The hand-off stop message: the shard drains, saves, is given back, and its actor ends.</summary>
public sealed class StopShard
{
    public static readonly StopShard Instance = new();

    private StopShard()
    {
    }
}
