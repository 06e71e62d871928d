using Fraud.Stream.Cluster;

namespace Fraud.Stream.Shards;

/// <summary>
/// What this node knows of the history of its shards, for people and metrics: written by shards and their histories, read by who shows
/// it. Of a shard that left it stays what was known. Thread-safe.
/// </summary>
public sealed class ShardTimeline(int shards, NodeIdentity node, ClusterOptions options)
{
    private readonly ShardPast[] _stored = [.. Enumerable.Repeat(ShardPast.Empty, shards)];
    private readonly IReadOnlyList<ShardEvent>[] _waiting = [.. Enumerable.Repeat<IReadOnlyList<ShardEvent>>([], shards)];
    private long _lost;

    /// <summary>Events that are kept of a shard, and at most so many wait until they can be stored.</summary>
    public int Kept => options.ShardHistory;

    /// <summary>Who makes this node's events.</summary>
    public string Node => node.Name;

    /// <summary>Events that are not stored, because the journal of events is away or slow.</summary>
    public int Waiting => _waiting.Sum(static events => events.Count);

    /// <summary>Events that were given up, because more waited than are kept.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Something became of a shard of this node. Raised on the thread of the shard's actor; must not block.</summary>
    public event Action<ShardEvent>? Happened;

    /// <summary>The newest events of all shards, newest first, stored or not.</summary>
    public IReadOnlyList<(int Shard, ShardEvent Event)> Newest(int most) =>
        [.. Enumerable.Range(0, shards).SelectMany(Of).OrderByDescending(static one => one.Event.AtMs).ThenByDescending(static one => one.Event.Generation).Take(most)];

    internal void Tell(ShardEvent happened) => Happened?.Invoke(happened);

    internal void Stored(int shard, ShardPast past) => Volatile.Write(ref _stored[shard], past);

    internal void Waits(int shard, IReadOnlyList<ShardEvent> waiting) => Volatile.Write(ref _waiting[shard], waiting);

    internal void GaveUp() => Interlocked.Increment(ref _lost);

    /// <summary>The shard's actor is gone. What it had told last is kept for show: it may be stored by now or not.</summary>
    internal void Leave(int shard)
    {
        var past = Volatile.Read(ref _stored[shard]);
        Stored(shard, Volatile.Read(ref _waiting[shard]).Where(happened => !past.Has(happened)).Aggregate(past, (all, happened) => all.Add(happened, Kept)));
        Waits(shard, []);
    }

    private IEnumerable<(int Shard, ShardEvent Event)> Of(int shard) => Volatile.Read(ref _stored[shard]).Events
        .Union(Volatile.Read(ref _waiting[shard]))
        .Select(happened => (shard, happened));
}
