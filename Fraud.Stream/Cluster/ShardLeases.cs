namespace Fraud.Stream.Cluster;

/// <summary>The claims this node holds: the generation by shard. Written by the keeper, read by every writer. Thread-safe.</summary>
public sealed class ShardLeases(int shards)
{
    /// <summary>No claim. Stored generations start at 1.</summary>
    public const long None = 0;

    private readonly long[] _generations = new long[shards];

    public int Shards => shards;

    /// <summary>Generation of this node's claim, or <see cref="None"/>: a write for the shard is then refused.</summary>
    public long GenerationOf(int shard) => Volatile.Read(ref _generations[shard]);

    public bool Holds(int shard) => GenerationOf(shard) != None;

    public void Hold(int shard, long generation) => Volatile.Write(ref _generations[shard], generation);

    /// <summary>Gives the claim up, unless a newer one was made meanwhile.</summary>
    public void Drop(int shard, long generation) =>
        Interlocked.CompareExchange(ref _generations[shard], None, generation);
}
