namespace Fraud.Stream.Shards;

/// <summary>The last events of a shard, oldest first: what its <see cref="ShardHistory"/> knows and snapshots. Immutable.</summary>
public sealed record ShardPast(IReadOnlyList<ShardEvent> Events) : IShardEvents
{
    public static ShardPast Empty { get; } = new([]);

    /// <summary>With one more; the oldest leave when there are more than are kept.</summary>
    public ShardPast Add(ShardEvent happened, int kept) => new([.. Events.Skip(Math.Max(0, Events.Count + 1 - kept)), happened]);

    /// <summary>It came before: whoever sent it did not hear that it is stored.</summary>
    public bool Has(ShardEvent happened) => Events.Contains(happened);
}
