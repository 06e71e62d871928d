using Fraud.Stream.ReadModel;

namespace Fraud.Stream.Alerts;

/// <summary>
/// Stores now and then up to which page of each shard Kafka has all: not with each record or page, for what is repeated after a crash has the same
/// ids. One thread.
/// </summary>
public sealed class AlertPositions(IReaderPositions store, AlertsOptions options, TimeProvider time)
{
    private long _savedAt = time.GetTimestamp();
    private int[] _closed = [];

    public AcknowledgedPages Pages { get; } = new();

    /// <summary>So many pages are ahead of one that waits for Kafka that no more are looked through.</summary>
    public bool IsFull => Pages.Ahead >= options.MaxPagesAhead;

    /// <returns>Where to go on; null when a later claim has the shard.</returns>
    public long? Take(int shard, long generation)
    {
        if (store.Take(JournalReaders.Alerts, shard, generation) is { } stored)
        {
            return Pages.Take(shard, generation, stored);
        }

        Pages.Leave(shard);
        return null;
    }

    /// <summary>Stores positions when it is time to, and at once when shards were closed: their next owner goes on there.</summary>
    /// <param name="closed">Shards that are not open here any more, though they are still read.</param>
    /// <returns>Shards that another claim has.</returns>
    public IReadOnlyList<int> SaveIfDue(IReadOnlyCollection<int> closed)
    {
        var isNewlyClosed = closed.Except(_closed).Any();
        _closed = [.. closed];
        return isNewlyClosed || time.GetElapsedTime(_savedAt) >= options.PositionInterval ? Save() : [];
    }

    /// <summary>Stores positions now. Those of closed shards also where they did not move: the store knows whether another claim has them.</summary>
    /// <returns>Shards that another claim has.</returns>
    public IReadOnlyList<int> Save()
    {
        ReaderPosition[] positions = [.. Pages.Raised.UnionBy(Pages.All.Where(position => _closed.Contains(position.Shard)), static position => position.Shard)];
        var lost = positions.Length > 0 ? store.Raise(JournalReaders.Alerts, positions) : [];
        _savedAt = time.GetTimestamp();
        Pages.Saved(positions);
        foreach (var shard in lost)
        {
            Pages.Leave(shard);
        }

        return lost;
    }
}
