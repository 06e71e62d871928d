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
public sealed partial class ShardCards(ProfileOptions options, long retentionSeconds)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ShortText, Card> _cards = [];
    private readonly List<Card> _dirty = [];
    private readonly RecentIds _recent = new(options.RecentIdsPerShard, options.RecentIdsFor);

    // By hash: sixteen bytes or so for a card that waits, instead of its history.
    private readonly HashSet<ulong> _away = [];
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

    /// <summary>Ids that are remembered.</summary>
    public int RecentCount => Locked(() => _recent.Count);

    /// <summary>Counts a payment and fills what the card's history tells.</summary>
    /// <param name="nowMs">When it came, milliseconds since 1970 UTC: so old is its id.</param>
    internal Observation Observe(Transaction payment, Span<float> features, CardFeatures fill, long nowMs)
    {
        var seconds = payment.EventTimeMs / 1_000;
        lock (_gate)
        {
            if (IsAwayLocked(payment.CardId))
            {
                return Observation.Away;
            }

            if (!_recent.Add(payment.Id.Utf8, nowMs))
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
    public bool TryReplay(in ShortText cardId, long amountMinor, long eventTimeMs)
    {
        var seconds = eventTimeMs / 1_000;
        lock (_gate)
        {
            if (IsAwayLocked(cardId))
            {
                return false;
            }

            if (!cardId.IsEmpty)
            {
                Touch(cardId).Add(seconds, 1, amountMinor, 0, options.MaxBucketsPerCard, retentionSeconds);
                _newest = Math.Max(_newest, seconds);
            }

            return true;
        }
    }

    /// <summary>How many ids are remembered at most.</summary>
    public int RecentCapacity => options.RecentIdsPerShard;

    /// <summary>How long ids are remembered.</summary>
    public TimeSpan RecentFor => options.RecentIdsFor;

    /// <summary>Notes a payment's id as seen, oldest first; its card's history contains it already.</summary>
    /// <param name="place">Where in the journal it is; not 0.</param>
    /// <param name="storedAtMs">Since when, milliseconds since 1970 UTC.</param>
    public void Remember(in ShortText transactionId, long place, long storedAtMs)
    {
        lock (_gate)
        {
            if (_recent.Add(transactionId.Utf8, storedAtMs))
            {
                _recent.Note(transactionId.Utf8, place);
            }
        }
    }

    /// <summary>A payment that was counted is on its way to this place in the journal. Forgotten with its id.</summary>
    /// <param name="place">Not 0.</param>
    public void Place(in ShortText transactionId, long place)
    {
        lock (_gate)
        {
            _recent.Note(transactionId.Utf8, place);
        }
    }

    /// <summary>Where in the journal the payment of an id is; null when the id is not remembered, or not on its way there yet.</summary>
    public long? PlaceOf(in ShortText transactionId)
    {
        lock (_gate)
        {
            return _recent.NoteOf(transactionId.Utf8) is { } place and not 0 ? place : null;
        }
    }

    /// <summary>Takes back a payment that the journal takes back. False when its card is away: load it first.</summary>
    public bool TryRetract(in ShortText cardId, long amountMinor, long eventTimeMs)
    {
        lock (_gate)
        {
            if (IsAwayLocked(cardId))
            {
                return false;
            }

            if (_cards.ContainsKey(cardId))
            {
                Touch(cardId).Remove(eventTimeMs / 1_000, amountMinor);
            }

            return true;
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

    private void Add(in ShortText cardId, EventHistory history)
    {
        _away.Remove(KeyHash.Of(cardId.Utf8));
        if (_cards.TryAdd(cardId, new Card(cardId, history) { Pass = _pass }) && history.BucketCount > 0)
        {
            _newest = Math.Max(_newest, history.NewestSeconds);
        }
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
