using System.Runtime.InteropServices;
using Fraud.Model.Features;

namespace Fraud.Model.History;

/// <summary>
/// What is known of every card and terminal, and the features that follow from it. Training and
/// serving use this same code; there is no second implementation of a feature.
/// </summary>
/// <remarks>
/// Thread-safe. Cards are kept per shard under one lock, terminals are shared by all shards under
/// striped locks. Order of one card's payments is the caller's business.
/// A payment sees what happened at or before its own event time and reached the profile before it.
/// Terminal features look only at payments older than the label delay, so the order in which
/// different shards' payments arrive does not change them.
/// </remarks>
public sealed class Profile
{
    private const int Hour = 3_600;
    private const int Day = 86_400;

    // Enough that two threads seldom meet; a power of two for the mask.
    private const int TerminalStripes = 64;

    private readonly ProfileOptions _options;
    private readonly long _delay;
    private readonly long _retention;
    private readonly HistoryTable[] _cards;
    private readonly RecentIds[] _recent;
    private readonly HistoryTable[] _terminals;

    public Profile(ProfileOptions options, int shards)
    {
        _options = options;
        _delay = (long)options.LabelDelay.TotalSeconds;
        _retention = _delay + (30 * Day) + (long)options.Lateness.TotalSeconds;
        _cards = NewArray(shards, static () => new HistoryTable());
        _recent = NewArray(shards, () => new RecentIds(options.RecentIdsPerShard));
        _terminals = NewArray(TerminalStripes, static () => new HistoryTable());
    }

    /// <summary>How far back from the newest payment anything is kept: as far as a feature looks, and the lateness.</summary>
    public TimeSpan Retention => TimeSpan.FromSeconds(_retention);

    public ProfileSize Size => new(
        _cards.Sum(static table => table.CountLocked()),
        _terminals.Sum(static table => table.CountLocked()));

    /// <summary>
    /// Counts a payment and fills its features, in the order of <see cref="FeatureCatalog"/>. False when
    /// its id was seen lately in this shard: nothing is counted and the features are left alone.
    /// </summary>
    public bool Observe(int shard, Transaction payment, Span<float> features)
    {
        var seconds = Seconds(payment.EventTimeMs);
        var cards = _cards[shard];
        lock (cards.Gate)
        {
            if (!_recent[shard].Add(payment.Id.Utf8))
            {
                return false;
            }

            features[..FeatureCatalog.Count].Clear();
            FillPayment(features, payment, seconds);
            if (!payment.CardId.IsEmpty)
            {
                var card = cards.GetOrAdd(payment.CardId);
                FillPrevious(features, card, seconds);
                card.Add(seconds, 1, payment.AmountMinor, 0, _options.MaxBucketsPerCard, _retention);
                FillCard(features, card, seconds, payment.Amount, payment.Currency.MinorUnits);
            }
        }

        if (!payment.TerminalId.IsEmpty)
        {
            var terminals = TerminalsOf(payment.TerminalId);
            lock (terminals.Gate)
            {
                var terminal = terminals.GetOrAdd(payment.TerminalId);
                terminal.Add(seconds, 1, payment.AmountMinor, 0, _options.MaxBucketsPerTerminal, _retention);
                FillTerminal(features, terminal, seconds);
            }
        }

        return true;
    }

    /// <summary>Counts a stored payment, for rebuilding the profile; the same state as <see cref="Observe"/> leads to.</summary>
    public void Restore(
        int shard,
        in ShortText transactionId,
        in ShortText cardId,
        in ShortText terminalId,
        long amountMinor,
        long eventTimeMs)
    {
        var seconds = Seconds(eventTimeMs);
        var cards = _cards[shard];
        lock (cards.Gate)
        {
            if (!_recent[shard].Add(transactionId.Utf8))
            {
                return;
            }

            if (!cardId.IsEmpty)
            {
                cards.GetOrAdd(cardId).Add(seconds, 1, amountMinor, 0, _options.MaxBucketsPerCard, _retention);
            }
        }

        if (!terminalId.IsEmpty)
        {
            var terminals = TerminalsOf(terminalId);
            lock (terminals.Gate)
            {
                terminals.GetOrAdd(terminalId).Add(seconds, 1, amountMinor, 0, _options.MaxBucketsPerTerminal, _retention);
            }
        }
    }

    /// <summary>Counts a label in the bucket of its payment's time. It may come before the payment itself.</summary>
    /// <param name="cardShard">Shard of the label's card.</param>
    /// <param name="fraudDelta">+1: a fraud became known; -1: it was none after all.</param>
    public void ApplyLabel(int cardShard, in Label label, int fraudDelta)
    {
        var seconds = Seconds(label.EventTimeMs);
        if (!label.CardId.IsEmpty)
        {
            var cards = _cards[cardShard];
            lock (cards.Gate)
            {
                cards.GetOrAdd(label.CardId).Add(seconds, 0, 0, fraudDelta, _options.MaxBucketsPerCard, _retention);
            }
        }

        if (!label.TerminalId.IsEmpty)
        {
            var terminals = TerminalsOf(label.TerminalId);
            lock (terminals.Gate)
            {
                terminals.GetOrAdd(label.TerminalId)
                    .Add(seconds, 0, 0, fraudDelta, _options.MaxBucketsPerTerminal, _retention);
            }
        }
    }

    private static void FillPayment(Span<float> features, Transaction payment, long seconds)
    {
        // 1970-01-01 was a Thursday; Monday is 0.
        var weekday = ((seconds / Day) + 3) % 7;
        features[0] = payment.Amount;
        features[1] = weekday >= 5 ? 1 : 0;
        features[2] = seconds % Day / Hour <= 6 ? 1 : 0;
    }

    /// <summary>What only the card's earlier payments tell; called before this one is counted.</summary>
    private static void FillPrevious(Span<float> features, EventHistory card, long seconds)
    {
        // A card that never paid before counts as silent for as long as a window looks back.
        features[18] = card.TryLastAtOrBefore(seconds, out var previous)
            ? Math.Min(seconds - previous, 30 * Day)
            : 30 * Day;
    }

    private void FillCard(Span<float> features, EventHistory card, long seconds, float amount, int minorUnits)
    {
        var day = card.Window(seconds - Day, seconds);
        var week = card.Window(seconds - (7 * Day), seconds);
        var month = card.Window(seconds - (30 * Day), seconds);
        features[3] = day.Count;
        features[4] = Average(day, minorUnits);
        features[5] = week.Count;
        features[6] = Average(week, minorUnits);
        features[7] = month.Count;
        features[8] = Average(month, minorUnits);

        // Ratios compare with the card's other payments; without any there is nothing unusual: 1.
        var others = (((double)month.Amount / minorUnits) - amount) / Math.Max(1, month.Count - 1);
        features[15] = month.Count > 1 && others > 0 ? (float)Math.Min(amount / others, 1_000) : 1;
        features[16] = features[8] > 0 ? features[6] / features[8] : 1;
        features[17] = card.Window(seconds - Hour, seconds).Count;
        var known = card.NothingYoungerThan(seconds - _delay);
        features[19] = card.Window(known - (7 * Day), known).Frauds;
    }

    private void FillTerminal(Span<float> features, EventHistory terminal, long seconds)
    {
        var known = terminal.NothingYoungerThan(seconds - _delay);
        var day = terminal.Window(known - Day, known);
        var week = terminal.Window(known - (7 * Day), known);
        var month = terminal.Window(known - (30 * Day), known);
        features[9] = day.Count;
        features[10] = Share(day);
        features[11] = week.Count;
        features[12] = Share(week);
        features[13] = month.Count;
        features[14] = Share(month);
        features[20] = terminal.Window(known - (21 * Day), known).Frauds;
    }

    private static float Average(in WindowSums window, int minorUnits) =>
        window.Count == 0 ? 0 : (float)((double)window.Amount / minorUnits / window.Count);

    // Labels may be here before their payments: a share stays a share.
    private static float Share(in WindowSums window) =>
        window.Count == 0 ? 0 : Math.Clamp((float)window.Frauds / window.Count, 0, 1);

    private HistoryTable TerminalsOf(in ShortText terminalId) =>
        _terminals[terminalId.GetHashCode() & (TerminalStripes - 1)];

    private static long Seconds(long unixMs) => unixMs / 1_000;

    private static T[] NewArray<T>(int length, Func<T> create)
    {
        var array = new T[length];
        foreach (ref var item in array.AsSpan())
        {
            item = create();
        }

        return array;
    }

    private sealed class HistoryTable
    {
        private readonly Dictionary<ShortText, EventHistory> _histories = [];

        public Lock Gate { get; } = new();

        public EventHistory GetOrAdd(in ShortText id)
        {
            ref var history = ref CollectionsMarshal.GetValueRefOrAddDefault(_histories, id, out _);
            return history ??= new EventHistory();
        }

        public int CountLocked()
        {
            lock (Gate)
            {
                return _histories.Count;
            }
        }
    }
}

/// <summary>Keys that the profile holds.</summary>
public readonly record struct ProfileSize(int Cards, int Terminals);
