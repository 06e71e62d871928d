using Fraud.Stream.Storage;

namespace Fraud.Stream.ReadModel;

/// <summary>
/// Which pages a reader of the journal wants next: of each shard that it follows the one behind its position. What is older is passed over, and
/// a page that is missing is a reason to read the journal. Decides only; not thread-safe.
/// </summary>
/// <remarks>Pages come twice, late or not at all: the queue that brings them drops when it is full.</remarks>
public sealed class JournalFollower
{
    private readonly SortedDictionary<int, Following> _shards = [];

    /// <summary>Shards that are followed, in order.</summary>
    public IReadOnlyCollection<int> Shards => _shards.Keys;

    /// <summary>Shards of which pages may be in the journal that did not come, in order.</summary>
    public IEnumerable<int> Behind => _shards.Where(static shard => shard.Value.IsBehind).Select(static shard => shard.Key);

    /// <summary>Follows a shard from a position on, under a claim. What it has is in the journal.</summary>
    public void Follow(int shard, long generation, long position) => _shards[shard] = new Following(generation, position, IsBehind: true);

    public void Leave(int shard) => _shards.Remove(shard);

    /// <summary>The claim under which a shard is followed; null when it is not.</summary>
    public long? GenerationOf(int shard) => _shards.TryGetValue(shard, out var following) ? following.Generation : null;

    /// <summary>The last page that was taken of a shard that is followed.</summary>
    public long PositionOf(int shard) => _shards[shard].Position;

    /// <summary>True: the page is the next one, and counts as taken.</summary>
    public bool TryTake(in FollowedPage page)
    {
        if (!_shards.TryGetValue(page.Shard, out var following) || following.Generation != page.Generation || page.Sequence <= following.Position)
        {
            return false;
        }

        var isNext = page.Sequence == following.Position + 1;
        _shards[page.Shard] = isNext ? following with { Position = page.Sequence } : following with { IsBehind = true };
        return isNext;
    }

    /// <summary>Pages were dropped, of whatever shards: all are looked at.</summary>
    public void Missed()
    {
        foreach (var (shard, following) in _shards.ToArray())
        {
            _shards[shard] = following with { IsBehind = true };
        }
    }

    /// <summary>The page was read from the journal; its claim there is of no meaning.</summary>
    public bool TryTake(JournalPage page, out FollowedPage taken)
    {
        taken = _shards.TryGetValue(page.Shard, out var following) ? new FollowedPage(page.Shard, following.Generation, page.Sequence, page.Payload) : default;
        return taken.Generation != 0 && TryTake(taken);
    }

    /// <summary>The journal has no more of a shard than was taken: what comes is live from now on.</summary>
    public void CaughtUp(int shard)
    {
        if (_shards.TryGetValue(shard, out var following))
        {
            _shards[shard] = following with { IsBehind = false };
        }
    }

    private readonly record struct Following(long Generation, long Position, bool IsBehind);
}
