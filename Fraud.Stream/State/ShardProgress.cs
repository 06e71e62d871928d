namespace Fraud.Stream.State;

/// <summary>
/// How many payments of each shard the histories counted and how many of them reached the end of the graph.
/// When both agree, the histories are what the journal says. Each side has one writing thread a shard.
/// </summary>
public sealed class ShardProgress(int shards)
{
    private readonly long[] _entered = new long[shards];
    private readonly long[] _left = new long[shards];

    /// <summary>Called by the shard's lane before it shows payments to the histories.</summary>
    public void Enter(int shard, int payments) =>
        Volatile.Write(ref _entered[shard], _entered[shard] + payments);

    /// <summary>Called by the persistence sink for what is stored or dropped.</summary>
    public void Leave(int shard, int payments) =>
        Volatile.Write(ref _left[shard], _left[shard] + payments);

    public bool IsQuiet(int shard) => Volatile.Read(ref _left[shard]) == Volatile.Read(ref _entered[shard]);
}
