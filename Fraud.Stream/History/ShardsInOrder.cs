namespace Fraud.Stream.History;

/// <summary>
/// Payments of several shards in the order in which they were stored. Their rows are not: a reader that is behind writes those of one shard
/// after those of another.
/// </summary>
internal static class ShardsInOrder
{
    // Of six shards some 2,700 rows each, 1 MB; while one has all of them, 6 MB.
    private const int PositionsAtOnce = 16_384;

    /// <param name="shards">Payments of each, in the order of its journal. Read no further than needed.</param>
    public static IEnumerable<HistoryPayment> Merge(IEnumerable<IEnumerable<HistoryPayment>> shards)
    {
        var heads = new PriorityQueue<IEnumerator<HistoryPayment>, (long StoredAtMs, int Shard)>();
        try
        {
            foreach (var shard in shards)
            {
                Push(heads, shard.GetEnumerator());
            }

            while (heads.TryDequeue(out var next, out _))
            {
                yield return next.Current;
                Push(heads, next);
            }
        }
        finally
        {
            foreach (var (left, _) in heads.UnorderedItems)
            {
                left.Dispose();
            }
        }
    }

    /// <summary>Payments of one shard and a range of event times.</summary>
    /// <param name="progress">Told the position that was read up to.</param>
    public static IEnumerable<HistoryPayment> Read(
        IPaymentHistory history, int shard, long head, long fromMs, long toMs, Action<long> progress, CancellationToken cancellation)
    {
        for (long after = 0; after < head; after += PositionsAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var payment in history.Read(shard, after, Math.Min(head, after + PositionsAtOnce), fromMs, toMs))
            {
                yield return payment;
            }

            progress(Math.Min(head, after + PositionsAtOnce));
        }
    }

    private static void Push(PriorityQueue<IEnumerator<HistoryPayment>, (long StoredAtMs, int Shard)> heads, IEnumerator<HistoryPayment> shard)
    {
        if (shard.MoveNext())
        {
            heads.Enqueue(shard, (shard.Current.StoredAtMs, shard.Current.Shard));
        }
        else
        {
            shard.Dispose();
        }
    }
}
