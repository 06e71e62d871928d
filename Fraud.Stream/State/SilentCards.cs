using Fraud.Model;
using Fraud.Model.History;
using Fraud.Model.Snapshots;
using Fraud.Stream.Cluster;
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
/// It goes through the stored cards in the order of their ids, a page at a time, a shard after the other, and needs no
/// index for it: a round reads every card once.
/// </remarks>
public sealed class SilentCards(
    IShardStore store,
    Profile profile,
    ShardLeases leases,
    ClusterOptions options,
    StreamMetrics metrics,
    TimeProvider time,
    ILogger<SilentCards> log)
{
    // Half a megabyte to read and, at most, a few milliseconds of deletes in a commit's way. Five pages a second go
    // through a million cards in three minutes and a half.
    private const int Page = 1_000;

    private readonly long _silence = (long)Math.Max(options.CardRetention.TotalSeconds, profile.Retention.TotalSeconds);
    private long _roundEnded = time.GetTimestamp();
    private int _shard = profile.Shards;
    private ShortText _after;

    /// <summary>A round goes on: there is more to do at once.</summary>
    public bool IsInRound => _shard < profile.Shards;

    /// <summary>Looks at one page, if it is time to.</summary>
    /// <exception cref="StoreUnavailableException">The page is looked at again with the next call.</exception>
    public void Step()
    {
        if (!IsInRound)
        {
            if (time.GetElapsedTime(_roundEnded) < options.CardSweepInterval)
            {
                return;
            }

            (_shard, _after) = (0, default);
        }

        while (IsInRound)
        {
            // Before the cards: under a later claim they would be other ones, and the store refuses the older claim.
            var generation = leases.GenerationOf(_shard);
            if (profile.CardsOf(_shard) is not { } cards)
            {
                NextShard();
                continue;
            }

            var page = store.ReadCards(_shard, _after, Page);
            Drop(cards, generation, page);
            if (page.Count < Page)
            {
                NextShard();
            }
            else
            {
                _after = page[^1].CardId;
            }

            return;
        }
    }

    private void Drop(ShardCards cards, long generation, IReadOnlyList<CardState> page)
    {
        var oldest = cards.NewestSeconds - _silence;
        var silent = page.Where(card => IsOlder(card, oldest)).Select(static card => card.CardId).ToArray();
        if (silent.Length == 0)
        {
            return;
        }

        // Out of memory first: a card that pays from now on starts anew, and what it becomes is stored over its old state.
        var forgotten = cards.Forget(silent);
        if (forgotten.Count == 0)
        {
            return;
        }

        try
        {
            store.DropCards(_shard, generation, forgotten);
        }
        catch (ShardsFencedException)
        {
            // Another node has the shard, and drops them itself.
            return;
        }

        metrics.CardsDropped(forgotten.Count);
        StreamLog.SilentCardsDropped(log, _shard, forgotten.Count);
    }

    private bool IsOlder(in CardState card, long oldest)
    {
        try
        {
            return ShardCards.NewestOf(card.Payload) is not { } newest || newest < oldest;
        }
        catch (CorruptStateException error)
        {
            // It is not this one's to decide what becomes of it.
            StreamLog.CardStateDamaged(log, _shard, error.Message);
            return false;
        }
    }

    private void NextShard()
    {
        _after = default;
        if (++_shard == profile.Shards)
        {
            _roundEnded = time.GetTimestamp();
        }
    }
}
