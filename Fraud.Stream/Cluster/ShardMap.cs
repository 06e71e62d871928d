namespace Fraud.Stream.Cluster;

/// <summary>
/// Who serves which shard, as this node knows it: its own shards at once, others as of the last look into the
/// store. A stale entry does no harm: the node asked refuses, and the store refuses its writes. Thread-safe.
/// </summary>
public sealed class ShardMap
{
    private readonly ShardOwner[] _owners;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ShardMap(int shards)
    {
        _owners = new ShardOwner[shards];
        Array.Fill(_owners, ShardOwner.Nobody);
    }

    public int Shards => _owners.Length;

    public ShardOwner OwnerOf(int shard) => Volatile.Read(ref _owners[shard]);

    /// <summary>Completes at the next change of any owner. Take it before looking, then look, then await it.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Replaces an entry unless it is older than the one there.</summary>
    public void Set(int shard, ShardOwner owner)
    {
        lock (_owners)
        {
            var current = _owners[shard];
            if (owner == current || owner.Generation < current.Generation)
            {
                return;
            }

            Volatile.Write(ref _owners[shard], owner);
        }

        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }
}

/// <summary>Where a shard is served.</summary>
/// <param name="Address">Of the owner's front door; empty unless it is <see cref="ShardPlace.Elsewhere"/>.</param>
/// <param name="Generation">Of the owner's claim.</param>
public sealed record ShardOwner(ShardPlace Place, string Address, long Generation)
{
    public static ShardOwner Nobody { get; } = new(ShardPlace.Nowhere, "", 0);
}

public enum ShardPlace
{
    /// <summary>Nobody owns it, or its owner is still taking it over.</summary>
    Nowhere,

    /// <summary>This node serves it now.</summary>
    Here,

    /// <summary>Another node owns it.</summary>
    Elsewhere,
}
