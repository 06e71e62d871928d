namespace Fraud.Stream.Shards;

/// <summary>Where each shard stands on this node, for probes and people. Written by the shards' actors. Thread-safe.</summary>
/// <param name="isAlone">Every shard is this node's, also before its actor has begun.</param>
public sealed class ShardPhases(int shards, bool isAlone)
{
    private const int NotHere = -1;

    private readonly int[] _phases = [.. Enumerable.Repeat(isAlone ? (int)ShardPhase.Closed : NotHere, shards)];

    private readonly long[] _generations = new long[shards];

    public int Shards => shards;

    /// <summary>Shards that are to be served here and are not yet, or not again.</summary>
    public int Opening => Count(static phase => phase is ShardPhase.Closed or ShardPhase.Claiming or ShardPhase.Waiting or ShardPhase.Recovering);

    /// <summary>Shards that this node owns, as far as it knows.</summary>
    public int Held => Count(static phase => phase is ShardPhase.Recovering or ShardPhase.Open or ShardPhase.Draining);

    /// <summary>Shards that are overtaken and will be claimed again.</summary>
    public int Fenced => Count(static phase => phase == ShardPhase.Fenced);

    /// <returns>Null: it is not this node's.</returns>
    public ShardPhase? Of(int shard) => Volatile.Read(ref _phases[shard]) is var phase and not NotHere ? (ShardPhase)phase : null;

    /// <summary>Generation of this node's last claim; 0 before the first.</summary>
    public long GenerationOf(int shard) => Volatile.Read(ref _generations[shard]);

    public void Set(int shard, ShardPhase phase, long generation)
    {
        Volatile.Write(ref _generations[shard], generation);
        Volatile.Write(ref _phases[shard], (int)phase);
    }

    /// <summary>Its actor is gone.</summary>
    public void Leave(int shard) => Volatile.Write(ref _phases[shard], NotHere);

    private int Count(Func<ShardPhase, bool> isCounted)
    {
        var count = 0;
        for (var shard = 0; shard < _phases.Length; shard++)
        {
            count += Of(shard) is { } phase && isCounted(phase) ? 1 : 0;
        }

        return count;
    }
}
