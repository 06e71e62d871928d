using Fraud.Model;
using Fraud.Model.History;
using Fraud.Model.Snapshots;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.State;

/// <summary>
/// Drops cards that have paid nothing for longer than any feature looks back: from then on they are as if never seen,
/// which no feature can tell from what they are. Without it the store, and the list of cards that wait there, would
/// grow with every card that ever paid. Not thread-safe.
/// </summary>
/// <remarks>
/// Time is the payments' own: silent is who is that far behind the newest payment of the same shard, so that a replay of
/// an old year keeps what it needs, and a shard that nobody pays in keeps what it has.
/// It goes through the stored cards of a shard in the order of their ids, a page at a time, and needs no index for it: a round reads
/// every card once. Not while a capture is on its way to the store: its cards count as unchanged by then.
/// </remarks>
public sealed class SilentCards(IShardStore store, ClusterOptions options, StreamMetrics metrics, ILogger<SilentCards> log)
{
    // Half a megabyte to read and, at most, a few milliseconds of deletes in a commit's way.
    private const int Page = 1_000;

    private long _roundEnded = metrics.Time.GetTimestamp();
    private OpenShard? _of;
    private ShortText _after;

    /// <summary>A round goes on: there is more to do at once.</summary>
    public bool IsInRound { get; private set; }

    /// <summary>Looks at one page, if it is time to.</summary>
    /// <param name="retention">How far back features look.</param>
    /// <exception cref="StoreUnavailableException">The page is looked at again with the next call.</exception>
    public void Step(OpenShard shard, TimeSpan retention)
    {
        if (!IsInRound && metrics.Time.GetElapsedTime(_roundEnded) < options.CardSweepInterval)
        {
            return;
        }

        if (!IsInRound || _of != shard)
        {
            (IsInRound, _of, _after) = (true, shard, default);
        }

        var page = store.ReadCards(shard.Shard, _after, Page);
        Drop(shard, retention, page);
        if (page.Count < Page)
        {
            IsInRound = false;
            _roundEnded = metrics.Time.GetTimestamp();
        }
        else
        {
            _after = page[^1].CardId;
        }
    }

    private void Drop(OpenShard shard, TimeSpan retention, IReadOnlyList<CardState> page)
    {
        var silence = (long)Math.Max(options.CardRetention.TotalSeconds, retention.TotalSeconds);
        var oldest = shard.Cards.NewestSeconds - silence;
        var silent = page.Where(card => IsOlder(shard.Shard, card, oldest)).Select(static card => card.CardId).ToArray();
        if (silent.Length == 0)
        {
            return;
        }

        // Out of memory first: a card that pays from now on starts anew, and what it becomes is stored over its old state.
        var forgotten = shard.Cards.Forget(silent);
        // Where another node has the shard by now, it drops them itself.
        if (forgotten.Count > 0 && store.DropCards(shard.Shard, shard.Generation, forgotten))
        {
            metrics.CardsDropped(forgotten.Count);
            StreamLog.SilentCardsDropped(log, shard.Shard, forgotten.Count);
        }
    }

    private bool IsOlder(int shard, in CardState card, long oldest)
    {
        try
        {
            return ShardCards.NewestOf(card.Payload) is not { } newest || newest < oldest;
        }
        catch (CorruptStateException error)
        {
            // It is not this one's to decide what becomes of it.
            StreamLog.CardStateDamaged(log, shard, error.Message);
            return false;
        }
    }
}
