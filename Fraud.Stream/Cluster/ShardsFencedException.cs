namespace Fraud.Stream.Cluster;

/// <summary>
/// Another node has claimed these shards since: nothing of the call was written. What is in hand of them is
/// dropped; their new owner reads it again.
/// </summary>
public sealed class ShardsFencedException(IReadOnlyCollection<int> shards)
    : Exception($"claimed by another node: shard {string.Join(", ", shards)}")
{
    public IReadOnlyCollection<int> Shards => shards;
}
