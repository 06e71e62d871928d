namespace Fraud.Stream.Shards;

/// <summary>
/// Which shards are open on this node, and under which generation. Written by the shards' actors; the front door, readers of the journal and
/// whatever else asks who owns a shard here reads it (rule 3 of docs/decisions/0011). Thread-safe, reads take no lock.
/// </summary>
public sealed class ShardDirectory(int shards)
{
    /// <summary>Generation of a shard that is not open here: claims count from 1.</summary>
    public const long Closed = 0;

    private readonly long[] _generations = new long[shards];
    private int[] _open = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Shards => _generations.Length;

    /// <summary>The shards that are open here now, in order.</summary>
    public IReadOnlyList<int> Open => Volatile.Read(ref _open);

    /// <summary>Completes at the next change. Take it before looking, then look, then await it.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <returns><see cref="Closed"/> while the shard is not open here.</returns>
    public long GenerationOf(int shard) => Volatile.Read(ref _generations[shard]);

    public bool IsOpen(int shard) => GenerationOf(shard) != Closed;

    /// <summary>The shard takes payments from now on. Replaces an older generation.</summary>
    public void SetOpen(int shard, long generation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(generation, Closed);
        lock (_generations)
        {
            if (generation <= _generations[shard])
            {
                return;
            }

            Set(shard, generation);
        }
    }

    /// <summary>The shard takes none any more. No effect when another generation is open.</summary>
    public void SetClosed(int shard, long generation)
    {
        lock (_generations)
        {
            if (generation == Closed || generation != _generations[shard])
            {
                return;
            }

            Set(shard, Closed);
        }
    }

    private void Set(int shard, long generation)
    {
        Volatile.Write(ref _generations[shard], generation);
        Volatile.Write(ref _open, [.. Enumerable.Range(0, Shards).Where(IsOpen)]);
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }
}
