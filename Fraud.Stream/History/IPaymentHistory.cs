using Fraud.Stream.Storage;

namespace Fraud.Stream.History;

/// <summary>Stored payments with their labels, for training, backtests and explanations.</summary>
/// <remarks>
/// The calls block, may come from any thread, use the connections for people's questions and hold up no commit. They throw
/// <see cref="StoreUnavailableException"/> when they may succeed later.
/// </remarks>
public interface IPaymentHistory
{
    /// <summary>The highest position that is written; 0 when there is none.</summary>
    long Head();

    /// <summary>The latest event time among those written last, milliseconds since 1970 UTC; null when there are none.</summary>
    long? NewestEventMs();

    /// <summary>
    /// The median event time of the payments written first, milliseconds since 1970 UTC; null while there are fewer than so many.
    /// </summary>
    long? OldestEventMs(int payments);

    /// <summary>
    /// Payments of a range of positions and of event times, in order of their positions. What is returned is bounded by the
    /// width of the range: page by moving it. Positions have gaps.
    /// </summary>
    /// <param name="after">Position before the first.</param>
    /// <param name="upTo">The last position.</param>
    /// <param name="fromMs">Earliest event time.</param>
    /// <param name="toMs">Event time before which they lie.</param>
    IReadOnlyList<HistoryPayment> Read(long after, long upTo, long fromMs, long toMs);

    /// <inheritdoc cref="Read(long, long, long, long)"/>
    /// <summary>Likewise, of one shard: in the order in which its histories counted them.</summary>
    IReadOnlyList<HistoryPayment> Read(int shard, long after, long upTo, long fromMs, long toMs);

    /// <summary>All payments of a range of event times, in order of their positions, page by page: memory does not grow with history.</summary>
    /// <param name="fromMs">Earliest event time.</param>
    /// <param name="toMs">Event time before which they lie.</param>
    /// <param name="progress">Told how much of it is done, 0 to 1.</param>
    IEnumerable<HistoryPayment> ReadAll(long fromMs, long toMs, Action<double>? progress, CancellationToken cancellation)
    {
        // About 4 MB in memory, and a few milliseconds of the store.
        const int positionsAPage = 8_192;
        var head = Head();
        for (long after = 0; after < head; after += positionsAPage)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var payment in Read(after, Math.Min(head, after + positionsAPage), fromMs, toMs))
            {
                yield return payment;
            }

            progress?.Invoke(Math.Min(1, (double)(after + positionsAPage) / head));
        }
    }

    /// <summary>One payment; null when it is not stored.</summary>
    HistoryPayment? Find(string transactionId);

    /// <summary>
    /// A payment, those before it of its card, and those of its terminal that were stored before it, from an event time on, in order of their
    /// positions. There is no index for it: all payments since then are looked at.
    /// </summary>
    IReadOnlyList<HistoryPayment> ReadRelated(HistoryPayment payment, long fromMs);
}
