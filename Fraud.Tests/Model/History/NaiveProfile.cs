using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.History;

namespace Fraud.Tests.Model.History;

/// <summary>
/// The profile as its definition reads: keeps every payment and label in a list and goes through all of them
/// for every feature. What <see cref="Profile"/> is held against.
/// </summary>
internal sealed class NaiveProfile(ProfileOptions options, int shards)
{
    private const long Day = 86_400;
    private readonly List<Event> _events = [];
    private readonly HashSet<(int Shard, string Id)> _ids = [];
    private readonly long _delay = (long)options.LabelDelay.TotalSeconds;

    public bool Observe(int shard, Transaction payment, Span<float> features)
    {
        Assert.InRange(shard, 0, shards - 1);
        if (!_ids.Add((shard, payment.Id.ToString())))
        {
            return false;
        }

        var (card, terminal) = (payment.CardId.ToString(), payment.TerminalId.ToString());
        var now = payment.EventTimeMs / 1_000;
        var when = DateTimeOffset.FromUnixTimeSeconds(now);
        var previous = _events.Where(known => known.Card == card && known.Payments > 0 && known.Seconds <= now)
            .Select(static known => known.Seconds).DefaultIfEmpty(long.MinValue / 2).Max();
        var units = payment.Currency.MinorUnits;
        features.Clear();
        if (card.Length > 0)
        {
            FillUsual(features, Moments(static known => known.Card, card, now - (30 * Day), now), now, payment.Amount, units);
        }

        _events.Add(new Event(card, terminal, now, 1, payment.AmountMinor, 0));

        Window OfCard(long from, long to) => Sum(static known => known.Card, card, from, to);
        Window OfTerminal(long length) => Sum(static known => known.Terminal, terminal, now - _delay - length, now - _delay);

        features[0] = payment.Amount;
        features[1] = when.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 1 : 0;
        features[2] = when.Hour <= 6 ? 1 : 0;
        if (card.Length > 0)
        {
            var (day, week, month) = (OfCard(now - Day, now), OfCard(now - (7 * Day), now), OfCard(now - (30 * Day), now));
            (features[3], features[4]) = (day.Payments, day.Average(units));
            (features[5], features[6]) = (week.Payments, week.Average(units));
            (features[7], features[8]) = (month.Payments, month.Average(units));
            var others = (((double)month.Amount / units) - payment.Amount) / Math.Max(1, month.Payments - 1);
            features[15] = month.Payments > 1 && others > 0 ? (float)Math.Min(payment.Amount / others, 1_000) : 1;
            features[16] = features[8] > 0 ? features[6] / features[8] : 1;
            features[17] = OfCard(now - 3_600, now).Payments;
            features[18] = Math.Min(now - previous, 30 * Day);
            features[19] = OfCard(now - _delay - (7 * Day), now - _delay).Frauds;
        }

        if (terminal.Length > 0)
        {
            var (day, week, month) = (OfTerminal(Day), OfTerminal(7 * Day), OfTerminal(30 * Day));
            (features[9], features[10]) = (day.Payments, day.Share);
            (features[11], features[12]) = (week.Payments, week.Share);
            (features[13], features[14]) = (month.Payments, month.Share);
            features[20] = OfTerminal(21 * Day).Frauds;
            FillFrauds(features, Moments(static known => known.Terminal, terminal, now - _delay - (28 * Day), now - _delay), now, units);
        }

        return true;
    }

    public void ApplyLabel(in Label label, int fraudDelta) => _events.Add(new Event(
        label.CardId.ToString(), label.TerminalId.ToString(), label.EventTimeMs / 1_000, 0, 0, fraudDelta));

    private void FillUsual(Span<float> features, IReadOnlyList<Second> moments, long now, float amount, int units)
    {
        var amounts = moments.Where(static second => second.Payments > 0)
            .TakeLast(128)
            .Select(second => (second.Seconds, Count: second.Payments, second.Frauds, Average: (double)second.AmountMinor / units / second.Payments))
            .ToArray();
        double mean = 0, spread = 0;
        var kept = amounts;
        foreach (var cut in (double[])[2, 2.5, 0])
        {
            var count = kept.Sum(static one => one.Count);
            mean = count == 0 ? 0 : kept.Sum(static one => one.Average * one.Count) / count;
            spread = count == 0 ? 0 : Math.Sqrt(Math.Max(0, (kept.Sum(static one => one.Average * one.Average * one.Count) / count) - (mean * mean)));
            kept = [.. amounts.Where(one => one.Average <= cut * mean)];
        }

        features[21] = 1;
        if (mean > 0)
        {
            features[21] = (float)Math.Min(amount / mean, 1_000);
            features[22] = (float)Math.Clamp((amount - mean) / Math.Max(spread, 0.1 * mean), -1_000, 1_000);
            var late = amounts.Where(one => one.Seconds > now - (14 * Day)).ToArray();
            features[23] = late.Where(one => one.Average > 3 * mean).Sum(static one => one.Count);
            features[24] = late.Length == 0 ? 0 : features[23] / late.Sum(static one => one.Count);
            features[25] = (float)Math.Min(late.Select(static one => one.Average).DefaultIfEmpty(0).Max() / mean, 1_000);
            features[26] = amounts
                .Where(one => one.Seconds > now - _delay - (7 * Day) && one.Seconds <= now - _delay && one.Average > 2.5 * mean)
                .Sum(static one => one.Frauds);
        }
    }

    private void FillFrauds(Span<float> features, IReadOnlyList<Second> moments, long now, int units)
    {
        var streak = moments.Reverse().TakeWhile(static second => second.Frauds >= second.Payments).Where(static second => second.Payments > 0).ToArray();
        if (streak.Length > 0)
        {
            var payments = streak.Sum(static second => second.Payments);
            features[27] = payments;
            features[28] = (float)(now - streak[^1].Seconds) / Day;
            features[29] = (float)((double)streak.Sum(static second => second.AmountMinor) / units / payments);
        }

        var known = moments.Where(second => second.Seconds > now - _delay - (21 * Day)).ToArray();
        var frauds = known.Where(static second => second.Frauds > 0).ToArray();
        if (frauds.Length > 0)
        {
            features[30] = (float)(now - frauds[0].Seconds) / Day;
            features[31] = (float)(now - frauds[^1].Seconds) / Day;
            var since = known.Where(second => second.Seconds >= frauds[0].Seconds).ToArray();
            var payments = since.Sum(static second => second.Payments);
            features[32] = payments == 0 ? 0 : Math.Clamp((float)since.Sum(static second => second.Frauds) / payments, 0, 1);
        }
    }

    private Second[] Moments(Func<Event, string> key, string id, long fromExclusive, long toInclusive) =>
        [.. _events.Where(known => key(known) == id && known.Seconds > fromExclusive && known.Seconds <= toInclusive)
            .GroupBy(static known => known.Seconds)
            .OrderBy(static second => second.Key)
            .Select(static second => new Second(
                second.Key,
                second.Sum(static known => known.Payments),
                second.Sum(static known => known.Frauds),
                second.Sum(static known => known.AmountMinor)))];

    private Window Sum(Func<Event, string> key, string id, long fromExclusive, long toInclusive)
    {
        var sum = default(Window);
        foreach (var known in _events)
        {
            if (key(known) == id && known.Seconds > fromExclusive && known.Seconds <= toInclusive)
            {
                sum = new Window(sum.Payments + known.Payments, sum.Frauds + known.Frauds, sum.Amount + known.AmountMinor);
            }
        }

        return sum;
    }

    /// <summary>Asserts each feature by name.</summary>
    public static void AssertSame(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string context)
    {
        for (var i = 0; i < FeatureCatalog.Count; i++)
        {
            if (expected[i] != actual[i])
            {
                Assert.Fail($"{context}: {FeatureCatalog.Names[i]}: expected {expected[i]}, was {actual[i]}");
            }
        }
    }

    private readonly record struct Event(string Card, string Terminal, long Seconds, int Payments, long AmountMinor, int Frauds);

    private readonly record struct Second(long Seconds, int Payments, int Frauds, long AmountMinor);

    private readonly record struct Window(int Payments, int Frauds, long Amount)
    {
        public float Share => Payments == 0 ? 0 : Math.Clamp((float)Frauds / Payments, 0, 1);

        public float Average(int units) => Payments == 0 ? 0 : (float)((double)Amount / units / Payments);
    }
}
