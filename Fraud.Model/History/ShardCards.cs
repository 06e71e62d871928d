using System.Runtime.InteropServices;
using Fraud.Model.Snapshots;

namespace Fraud.Model.History;

/// <summary>
/// The cards of one shard: those in memory, the names of those that wait in the store, and which changed since
/// the last snapshot. Thread-safe.
/// </summary>
/// <remarks>
/// A card that waits in the store has to be loaded before it counts again: methods say so and do nothing. A card
/// that was never seen starts empty.
/// </remarks>
public sealed class ShardCards(ProfileOptions options, long retentionSeconds)
{
    private const byte StateVersion = 1;

    private readonly Lock _gate = new();
    private readonly Dictionary<ShortText, Card> _cards = [];
    private readonly List<Card> _dirty = [];
    private readonly RecentIds _recent = new(options.RecentIdsPerShard);
    private readonly StateWriter _writer = new();

    // By hash: sixteen bytes or so for a card that waits, instead of its history.
    private readonly HashSet<ulong> _away = [];

    // Captured as expired, but that was not stored: the store still has their old states.
    private readonly List<ShortText> _stillStored = [];
    private long _newest;
    private int _pass;

    /// <summary>Cards in memory.</summary>
    public int Count => Locked(() => _cards.Count);

    /// <summary>Cards that wait in the store.</summary>
    public int AwayCount => Locked(() => _away.Count);

    /// <summary>Cards that changed since they were captured last.</summary>
    public int DirtyCount => Locked(() => _dirty.Count);

    /// <summary>The latest event time among the payments counted, in seconds since 1970: what "silent" is measured from.</summary>
    public long NewestSeconds => Locked(() => _newest);

    /// <summary>Whether a card's history waits in the store.</summary>
    public bool IsAway(in ShortText cardId)
    {
        lock (_gate)
        {
            return IsAwayLocked(cardId);
        }
    }

    /// <summary>Notes that the card's history is in the store only.</summary>
    public void PutAway(in ShortText cardId)
    {
        lock (_gate)
        {
            _away.Add(KeyHash.Of(cardId.Utf8));
        }
    }

    /// <summary>How often cards were put away; take it before reading the store, and give it to <see cref="TryLoad"/>.</summary>
    public int PutAways => Volatile.Read(ref _pass);

    /// <summary>Takes a card's stored history into memory, unless it is there already.</summary>
    /// <exception cref="CorruptStateException">The state is damaged.</exception>
    public void Load(in ShortText cardId, ReadOnlySpan<byte> state)
    {
        var history = Decode(state);
        lock (_gate)
        {
            Add(cardId, history);
        }
    }

    /// <summary>
    /// Takes what the store holds of some cards; those it holds nothing of start empty. False, with nothing done,
    /// when cards were put away since the store was read: some of these may be among them, with more in them.
    /// </summary>
    /// <exception cref="CorruptStateException">A state is damaged.</exception>
    public bool TryLoad(
        IReadOnlyCollection<ShortText> cards, IReadOnlyCollection<KeyValuePair<ShortText, byte[]>> states, int putAways)
    {
        var histories = states.Select(static state => (state.Key, History: Decode(state.Value))).ToArray();
        lock (_gate)
        {
            if (_pass != putAways)
            {
                return false;
            }

            foreach (var (cardId, history) in histories)
            {
                Add(cardId, history);
            }

            // Also those whose hash is another card's, or that expired: there is nothing to wait for.
            foreach (var cardId in cards)
            {
                _away.Remove(KeyHash.Of(cardId.Utf8));
            }

            return true;
        }
    }

    /// <summary>Counts a payment and fills what the card's history tells.</summary>
    internal Observation Observe(Transaction payment, Span<float> features, CardFeatures fill)
    {
        var seconds = payment.EventTimeMs / 1_000;
        lock (_gate)
        {
            if (IsAwayLocked(payment.CardId))
            {
                return Observation.Away;
            }

            if (!_recent.Add(payment.Id.Utf8))
            {
                return Observation.Repeated;
            }

            CardFeatures.FillPayment(features, payment, seconds);

            if (!payment.CardId.IsEmpty)
            {
                var card = Touch(payment.CardId);
                fill.FillPrevious(features, card, seconds, payment.Amount, payment.Currency.MinorUnits);
                card.Add(seconds, 1, payment.AmountMinor, 0, options.MaxBucketsPerCard, retentionSeconds);
                fill.Fill(features, card, seconds, payment.Amount, payment.Currency.MinorUnits);
                _newest = Math.Max(_newest, seconds);
            }

            return Observation.Counted;
        }
    }

    /// <summary>Counts a payment from the journal; leads to the same state as observing it did. False when its card is away: load it first.</summary>
    public bool TryReplay(in ShortText transactionId, in ShortText cardId, long amountMinor, long eventTimeMs)
    {
        var seconds = eventTimeMs / 1_000;
        lock (_gate)
        {
            if (IsAwayLocked(cardId))
            {
                return false;
            }

            _recent.Add(transactionId.Utf8);
            if (!cardId.IsEmpty)
            {
                Touch(cardId).Add(seconds, 1, amountMinor, 0, options.MaxBucketsPerCard, retentionSeconds);
                _newest = Math.Max(_newest, seconds);
            }

            return true;
        }
    }

    /// <summary>How many ids are remembered.</summary>
    public int RecentCapacity => options.RecentIdsPerShard;

    /// <summary>Notes a payment's id as seen, oldest first; its card's history contains it already.</summary>
    public void Remember(in ShortText transactionId)
    {
        lock (_gate)
        {
            _recent.Add(transactionId.Utf8);
        }
    }

    /// <summary>Takes back a payment that the store knew already, too long ago for the recent ids.</summary>
    public void Retract(in ShortText cardId, long amountMinor, long eventTimeMs)
    {
        lock (_gate)
        {
            if (_cards.ContainsKey(cardId))
            {
                Touch(cardId).Remove(eventTimeMs / 1_000, amountMinor);
            }
        }
    }

    /// <summary>Counts a label. False when its card is away: load it first.</summary>
    public bool TryApplyLabel(in ShortText cardId, long eventTimeMs, int fraudDelta)
    {
        lock (_gate)
        {
            if (IsAwayLocked(cardId))
            {
                return false;
            }

            Touch(cardId).Add(
                eventTimeMs / 1_000, 0, 0, fraudDelta, options.MaxBucketsPerCard, retentionSeconds);
            return true;
        }
    }

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

    private void Add(in ShortText cardId, EventHistory history)
    {
        _away.Remove(KeyHash.Of(cardId.Utf8));
        if (_cards.TryAdd(cardId, new Card(cardId, history) { Pass = _pass }) && history.BucketCount > 0)
        {
            _newest = Math.Max(_newest, history.NewestSeconds);
        }
    }

    private static EventHistory Decode(ReadOnlySpan<byte> state)
    {
        var reader = new StateReader(state, StateVersion, "card history");
        return EventHistory.ReadFrom(ref reader);
    }

    private EventHistory Touch(in ShortText cardId)
    {
        ref var card = ref CollectionsMarshal.GetValueRefOrAddDefault(_cards, cardId, out _);
        card ??= new Card(cardId, new EventHistory());
        card.Pass = _pass;
        MarkDirty(card);
        return card.History;
    }

    private bool IsAwayLocked(in ShortText cardId) => _away.Count > 0 && _away.Contains(KeyHash.Of(cardId.Utf8));

    private void MarkDirty(Card card)
    {
        if (!card.IsDirty)
        {
            card.IsDirty = true;
            _dirty.Add(card);
        }
    }

    private byte[] Encode(EventHistory history)
    {
        _writer.Begin(StateVersion);
        history.WriteTo(_writer);
        return _writer.End().ToArray();
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    private sealed class Card(ShortText id, EventHistory history)
    {
        public ShortText Id => id;

        public EventHistory History => history;

        public bool IsDirty { get; set; }

        /// <summary>The pass in which it was touched last.</summary>
        public int Pass { get; set; }
    }
}

/// <summary>What became of a payment that was shown to the histories.</summary>
public enum Observation
{
    /// <summary>It is counted and has its features.</summary>
    Counted,

    /// <summary>Its id was seen lately; it is not counted again.</summary>
    Repeated,

    /// <summary>Its card's history waits in the store and has to be loaded first; nothing happened.</summary>
    Away,
}

/// <summary>What <see cref="ShardCards.Capture"/> found.</summary>
public sealed record CapturedCards(
    IReadOnlyList<KeyValuePair<ShortText, byte[]>> Changed, IReadOnlyList<ShortText> Expired);
