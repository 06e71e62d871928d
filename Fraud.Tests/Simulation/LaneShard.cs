using System.Diagnostics.CodeAnalysis;
using Fraud.Stream.Shards;

namespace Fraud.Tests.Simulation;

/// <summary>A shard at the feature stage, under one claim: cards, what changed since the last snapshot, ids.</summary>
/// <param name="window">Ids that it knows repeats by.</param>
internal sealed class LaneShard(long generation, int window)
{
    private readonly HashSet<int> _changed = [];
    private readonly List<KeyValuePair<long, long>> _newIds = [];

    public long Generation => generation;

    public Dictionary<int, CardSum> Cards { get; } = [];

    public RepeatWindow<long, long> Window { get; } = new(window, TimeSpan.FromDays(1));

    public static bool TryRecover(
        ShardHead claimed, SnapshotContent snapshot, IEnumerable<StoredPage> pages, int window, [NotNullWhen(true)] out LaneShard? shard)
    {
        var state = new LaneShard(claimed.Generation, window);
        foreach (var (card, sum) in snapshot.Cards)
        {
            state.Cards[card] = sum;
        }

        foreach (var (id, score) in snapshot.Ids)
        {
            state.Window.Store(id, score, timeMs: 0);
        }

        var cursor = ReplayCursor.From(claimed);
        shard = null;
        foreach (var page in pages)
        {
            if (!cursor.TryAccept(page.Sequence, out cursor))
            {
                return false;
            }

            foreach (var entry in SimPage.Decode(claimed.Shard, page.Payload))
            {
                if (entry.IsRetraction)
                {
                    state.TakeBack(entry.Payment);
                    continue;
                }

                state.Count(entry.Payment);
                state.Window.Store(entry.Payment.Id, entry.Score, timeMs: 0);
            }
        }

        shard = cursor.IsComplete ? state : null;
        return cursor.IsComplete;
    }

    /// <summary>Counts a payment; its score is the card's sum with it.</summary>
    public long Count(SimPayment payment)
    {
        var sum = Cards.GetValueOrDefault(payment.Card).After(payment.Id, payment.Amount);
        Cards[payment.Card] = sum;
        _changed.Add(payment.Card);
        _newIds.Add(new(payment.Id, sum.Score));
        return sum.Score;
    }

    /// <summary>A repeat that was counted is no more in the card's sums.</summary>
    public void TakeBack(SimPayment repeat)
    {
        Cards[repeat.Card] = Cards[repeat.Card].Without(repeat.Id, repeat.Amount);
        _changed.Add(repeat.Card);
    }

    /// <summary>What a marker carries: copies of what changed since the marker before.</summary>
    public SnapshotContent Encode()
    {
        var content = new SnapshotContent(
            [.. _changed.Order().Select(card => new KeyValuePair<int, CardSum>(card, Cards[card]))], [.. _newIds]);
        _changed.Clear();
        _newIds.Clear();
        return content;
    }
}
