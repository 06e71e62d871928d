using Fraud.Model.Snapshots;

namespace Fraud.Model.History;

/// <content>What of the cards is in the store: what goes there, what waits there, and what has left it.</content>
public sealed partial class ShardCards
{
    internal const byte StateVersion = 1;

    private readonly StateWriter _writer = new();

    // Captured as expired, but that was not stored: the store still has their old states.
    private readonly List<ShortText> _stillStored = [];

    /// <summary>
    /// Encodes the cards that changed since the last capture, and drops those whose history has run out. What is
    /// captured counts as unchanged from then on; <see cref="Restore"/> takes that back.
    /// </summary>
    public CapturedCards Capture()
    {
        lock (_gate)
        {
            var changed = new List<KeyValuePair<ShortText, byte[]>>(_dirty.Count);
            var expired = _stillStored.Where(cardId => !_cards.ContainsKey(cardId)).ToList();
            _stillStored.Clear();
            foreach (var card in _dirty)
            {
                card.IsDirty = false;
                if (card.History.BucketCount == 0 || card.History.NewestSeconds < _newest - retentionSeconds)
                {
                    _cards.Remove(card.Id);
                    expired.Add(card.Id);
                }
                else
                {
                    changed.Add(KeyValuePair.Create(card.Id, Encode(card.History)));
                }
            }

            _dirty.Clear();
            return new CapturedCards(changed, expired);
        }
    }

    /// <summary>The capture was not stored: its cards count as changed again.</summary>
    public void Restore(CapturedCards captured)
    {
        lock (_gate)
        {
            foreach (var (cardId, _) in captured.Changed)
            {
                if (_cards.TryGetValue(cardId, out var card))
                {
                    MarkDirty(card);
                }
            }

            _stillStored.AddRange(captured.Expired);
        }
    }

    /// <summary>
    /// Forgets the cards that were silent longest until no more than the limit are in memory; they wait in the
    /// store. Call it only when everything captured is stored. Cards that changed since stay.
    /// </summary>
    /// <returns>How many were put away.</returns>
    public int PutAwayIdle(int limit)
    {
        lock (_gate)
        {
            _pass++;
            var excess = _cards.Count - limit;
            if (excess <= 0)
            {
                return 0;
            }

            // By how many passes ago they were touched; nothing is sorted.
            var idle = _cards.Values.Where(static card => !card.IsDirty).ToArray();
            var ages = idle.CountBy(card => _pass - card.Pass).OrderByDescending(static age => age.Key);
            var (oldest, left) = (int.MaxValue, excess);
            foreach (var (age, cards) in ages)
            {
                oldest = age;
                left -= cards;
                if (left <= 0)
                {
                    break;
                }
            }

            var put = 0;
            foreach (var card in idle)
            {
                if (put < excess && _pass - card.Pass >= oldest)
                {
                    _cards.Remove(card.Id);
                    _away.Add(KeyHash.Of(card.Id.Utf8));
                    put++;
                }
            }

            return put;
        }
    }

    /// <summary>
    /// Forgets cards whose stored states nobody needs any more, except those that changed since they were stored. From
    /// now on they are as if never seen.
    /// </summary>
    /// <returns>Those that are forgotten: their states may leave the store.</returns>
    public List<ShortText> Forget(IReadOnlyCollection<ShortText> cards)
    {
        var forgotten = new List<ShortText>(cards.Count);
        lock (_gate)
        {
            // Who read the store before this reads it again.
            _pass++;
            foreach (var cardId in cards)
            {
                if (_cards.TryGetValue(cardId, out var card) && card.IsDirty)
                {
                    continue;
                }

                _cards.Remove(cardId);
                _away.Remove(KeyHash.Of(cardId.Utf8));
                forgotten.Add(cardId);
            }
        }

        return forgotten;
    }

    /// <summary>Event time of the newest payment or label in a stored state, in seconds since 1970; null when it holds none.</summary>
    /// <exception cref="CorruptStateException">The state is damaged.</exception>
    public static long? NewestOf(ReadOnlySpan<byte> state)
    {
        var reader = new StateReader(state, StateVersion, "card history");
        return EventHistory.ReadNewest(ref reader);
    }

    /// <summary>Every card in memory, encoded, by id; for comparing two states.</summary>
    public IReadOnlyDictionary<string, byte[]> Dump()
    {
        lock (_gate)
        {
            return _cards.Values.ToDictionary(static card => card.Id.ToString(), card => Encode(card.History));
        }
    }

    private static EventHistory Decode(ReadOnlySpan<byte> state)
    {
        var reader = new StateReader(state, StateVersion, "card history");
        return EventHistory.ReadFrom(ref reader);
    }

    private byte[] Encode(EventHistory history)
    {
        _writer.Begin(StateVersion);
        history.WriteTo(_writer);
        return _writer.End().ToArray();
    }
}
