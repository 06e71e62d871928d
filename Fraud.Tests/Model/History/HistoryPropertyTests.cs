using CsCheck;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Model.Snapshots;

namespace Fraud.Tests.Model.History;

/// <summary>Histories against sums over a list of everything that was ever added.</summary>
public sealed class HistoryPropertyTests
{
    private const long Day = 86_400;
    private const long Start = 1_715_774_400;
    private const long Retention = 44 * Day;
    private const byte Version = 1;

    // Near each other, and over all that a history keeps: many in one second, many late.
    private static readonly Gen<long> Time = Gen.OneOf(Gen.Long[0, 5], Gen.Long[0, 2 * Day], Gen.Long[0, 43 * Day]).Select(static offset => Start + offset);

    private static readonly Gen<Added> AnyAdded = Gen.Select(
        Time, Gen.Int[0, 1], Gen.Long[0, 100_000], Gen.Int[-1, 1], static (time, count, amount, frauds) => new Added(time, count, amount, frauds));

    private static readonly Gen<Step> AnyStep = Gen.Select(
        Gen.Int[0, 9], Gen.Int[0, 1_000], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 50_000],
        Gen.OneOf(Gen.OneOf(0, 1, 3_599, 3_600, 3_601, Day - 1, Day, Day + 1, (7 * Day) - 1, 7 * Day, (7 * Day) + 1), Gen.Long[0, Day]),
        Gen.OneOf(Gen.Const(0L), Gen.Long[0, (7 * Day) - 1]),
        static (kind, pick, card, terminal, amount, gap, late) => new Step(kind, pick, card, terminal, amount, gap, late));

    [Fact]
    public void Window_AnythingAddedInAnyOrder_IsTheSumOfWhatLiesInIt() => Gen.Select(AnyAdded.List[0, 60], Time, Time).Sample(
        static (added, one, other) =>
        {
            var (from, to) = (Math.Min(one, other), Math.Max(one, other));
            var inside = added.Where(each => each.Seconds > from && each.Seconds <= to).ToList();

            var window = Filled(added, maxBuckets: 256).Window(from, to);

            Assert.Equal(
                new WindowSums(inside.Sum(static each => each.Count), inside.Sum(static each => each.Frauds), inside.Sum(static each => each.Amount)), window);
        },
        iter: 5_000);

    /// <summary>With few buckets it widens them, and drops some: that goes into the stored form, too.</summary>
    [Fact]
    public void ReadFrom_WhatWasWritten_IsTheSameHistoryAndGoesOnEqually() => Gen.Select(AnyAdded.List[0, 60], AnyAdded.List[0, 10], Gen.OneOf(8, 256)).Sample(
        static (added, later, maxBuckets) =>
        {
            var history = Filled(added, maxBuckets);
            var written = Bytes(history);
            var reader = new StateReader(written, Version, "history");
            var read = EventHistory.ReadFrom(ref reader);

            Assert.True(reader.IsAtEnd);
            Assert.Equal(written, Bytes(read));
            foreach (var each in later)
            {
                history.Add(each.Seconds, each.Count, each.Amount, each.Frauds, maxBuckets, Retention);
                read.Add(each.Seconds, each.Count, each.Amount, each.Frauds, maxBuckets, Retention);
            }

            Assert.Equal(Bytes(history), Bytes(read));
        },
        iter: 5_000);

    [Fact]
    public void Load_TerminalsThatWereCaptured_AreTheSame() => Gen.Select(AnyAdded, Gen.Int[0, 5]).List[0, 60].Sample(
        static added =>
        {
            var terminals = new TerminalHistories(new ProfileOptions(), Retention);
            foreach (var (each, terminal) in added)
            {
                terminals.Add(ShortText.From($"terminal-{terminal}"), each.Amount, each.Seconds * 1_000);
                terminals.ApplyLabel(ShortText.From($"terminal-{terminal}"), each.Seconds * 1_000, each.Frauds);
            }

            var loaded = new TerminalHistories(new ProfileOptions(), Retention);
            foreach (var chunk in terminals.Capture())
            {
                loaded.Load(chunk);
            }

            Assert.Equal(Lines(terminals), Lines(loaded));
        },
        iter: 300);

    [Fact]
    public void Observe_AnyPaymentsRepeatsAndLabels_EqualsTheDefinition() => AnyStep.List[1, 60].Sample(
        static steps =>
        {
            var options = new ProfileOptions { MaxBucketsPerCard = 4_096, MaxBucketsPerTerminal = 4_096 };
            var (profile, naive) = (new LocalProfile(options, shards: 2), new NaiveProfile(options, shards: 2));
            var (features, expected) = (new float[FeatureCatalog.Count], new float[FeatureCatalog.Count]);
            var paid = new List<(Transaction Payment, int Shard, bool IsFraud)>();
            var now = Start;
            foreach (var step in steps)
            {
                now += step.Gap;
                if (step.Kind >= 7 && paid.Count > 0)
                {
                    var at = step.Pick % paid.Count;
                    var (earlier, shard, isFraud) = paid[at];
                    if (step.Kind == 7)
                    {
                        Assert.False(profile.Observe(shard, earlier, features));
                    }
                    else if (earlier.EventTimeMs / 1_000 >= now - (long)profile.Profile.Retention.TotalSeconds + (7 * Day))
                    {
                        // Known as a fraud, then taken back, then known again.
                        var label = new Label(earlier.Id, earlier.CardId, earlier.TerminalId, earlier.EventTimeMs, !isFraud);
                        profile.ApplyLabel(shard, label, isFraud ? -1 : 1);
                        naive.ApplyLabel(label, isFraud ? -1 : 1);
                        paid[at] = (earlier, shard, !isFraud);
                    }

                    continue;
                }

                var payment = new Transaction
                {
                    Id = ShortText.From($"p{paid.Count}"),
                    // The first of each is none: such a payment is in no history.
                    CardId = ShortText.From(step.Card == 0 ? "" : $"c{step.Card}"),
                    TerminalId = ShortText.From(step.Terminal == 0 ? "" : $"t{step.Terminal}"),
                    AmountMinor = step.Amount,
                    EventTimeMs = (now - step.Late) * 1_000,
                };
                paid.Add((payment, step.Card % 2, false));
                Assert.True(naive.Observe(step.Card % 2, payment, expected));
                Assert.True(profile.Observe(step.Card % 2, payment, features));
                NaiveProfile.AssertSame(expected, features, payment.Id.ToString());
            }
        },
        iter: 500);

    private static EventHistory Filled(IEnumerable<Added> added, int maxBuckets)
    {
        var history = new EventHistory();
        foreach (var each in added)
        {
            history.Add(each.Seconds, each.Count, each.Amount, each.Frauds, maxBuckets, Retention);
        }

        return history;
    }

    private static IEnumerable<string> Lines(TerminalHistories terminals) =>
        terminals.Dump().Select(static one => $"{one.Key} {Convert.ToHexString(one.Value)}").Order(StringComparer.Ordinal);

    private static byte[] Bytes(EventHistory history)
    {
        var writer = new StateWriter();
        writer.Begin(Version);
        history.WriteTo(writer);
        return writer.End().ToArray();
    }

    private readonly record struct Added(long Seconds, int Count, long Amount, int Frauds);

    /// <param name="Kind">Below 7: a payment; 7: an earlier one once more; else a label of an earlier one.</param>
    private readonly record struct Step(int Kind, int Pick, int Card, int Terminal, int Amount, long Gap, long Late);
}
