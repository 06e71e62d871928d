using System.Globalization;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.History;

namespace Fraud.Tests.Model.History;

public sealed class ProfileTests
{
    private const long Day = 86_400;

    // A Wednesday, noon.
    private const long Start = 1_715_774_400;

    /// <summary>Payments of few cards and terminals, near each other and near the edges of windows.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Observe_AnyOrder_EqualsTheDefinition(int seed)
    {
        var random = new Random(seed);
        var options = new ProfileOptions { MaxBucketsPerCard = 4_096, MaxBucketsPerTerminal = 4_096 };
        var profile = new LocalProfile(options, shards: 3);
        var naive = new NaiveProfile(options, shards: 3);
        var payment = new Transaction();
        var features = new float[FeatureCatalog.Count];
        var expected = new float[FeatureCatalog.Count];
        var past = new List<(Transaction Payment, int Label)>();
        long[] jumps = [0, 0, 1, 59, 3_599, 3_600, 3_601, Day - 1, Day, Day + 1, 7 * Day, (7 * Day) - 1, (7 * Day) + 1];
        var now = Start;
        var repeated = 0;
        for (var step = 0; step < 1_500; step++)
        {
            // Nearly always on; now and then exactly as far as a window's edge from an event that is there.
            now += random.Next(20) switch
            {
                0 => jumps[random.Next(jumps.Length)],
                _ => random.Next(6 * 3_600),
            };
            var late = random.Next(4) switch
            {
                0 => random.NextInt64((long)options.Lateness.TotalSeconds),
                1 when past.Count > 0 => LateByAnEdge(random, past, now, options),
                _ => 0,
            };
            if (past.Count > 0 && random.Next(4) == 0)
            {
                // A label of any earlier payment: first known, then taken back, then known again.
                var at = random.Next(Math.Max(0, past.Count - 200), past.Count);
                var (labelled, count) = past[at];
                if (labelled.EventTimeMs / 1_000 >= now - (long)profile.Profile.Retention.TotalSeconds + (7 * Day))
                {
                    var delta = count == 0 ? 1 : -1;
                    past[at] = (labelled, count + delta);
                    Label(profile, naive, labelled, delta);
                }
            }

            if (past.Count > 0 && random.Next(10) == 0)
            {
                Copy(past[random.Next(past.Count)].Payment, payment);
                repeated++;
            }
            else
            {
                Fill(payment, $"p{step}", $"c{random.Next(6)}", $"t{random.Next(5)}", random.Next(0, 50_000), now - late);
                if (random.Next(12) == 0)
                {
                    payment.CardId.Clear();
                }
                else if (random.Next(12) == 0)
                {
                    payment.TerminalId.Clear();
                }

                if (random.Next(30) == 0)
                {
                    // The label overtakes its payment.
                    Label(profile, naive, payment, 1);
                    past.Add((Clone(payment), 1));
                }
                else
                {
                    past.Add((Clone(payment), 0));
                }
            }

            var shard = ShardOf(payment);
            var counted = naive.Observe(shard, payment, expected);

            Assert.Equal(counted, profile.Observe(shard, payment, features));
            if (counted)
            {
                NaiveProfile.AssertSame(expected, features, $"seed {seed}, step {step}");
            }
        }

        Assert.True(repeated > 50);
    }

    [Theory]
    [InlineData("card_count_1h", 3_600)]
    [InlineData("card_count_1d", Day)]
    [InlineData("card_count_7d", 7 * Day)]
    [InlineData("card_count_30d", 30 * Day)]
    public void Observe_CardWindow_OpensAfterItsLengthToTheSecond(string feature, long length)
    {
        Assert.Equal(2, CountAfter(length - 1));
        Assert.Equal(1, CountAfter(length));

        float CountAfter(long seconds)
        {
            var profile = new LocalProfile(new ProfileOptions(), 1);
            Observe(profile, "a", "c", "t", Start);
            return Observe(profile, "b", "c", "t", Start + seconds)[FeatureCatalog.IndexOf(feature)];
        }
    }

    [Theory]
    [InlineData("terminal_count_1d", "terminal_fraud_share_1d", Day)]
    [InlineData("terminal_count_7d", "terminal_fraud_share_7d", 7 * Day)]
    [InlineData("terminal_count_30d", "terminal_fraud_share_30d", 30 * Day)]
    public void Observe_TerminalWindow_LiesBehindTheDelayToTheSecond(string count, string share, long length)
    {
        Assert.Equal((0, 0), After((7 * Day) - 1));
        Assert.Equal((1, 1), After(7 * Day));
        Assert.Equal((1, 1), After((7 * Day) + length - 1));
        Assert.Equal((0, 0), After((7 * Day) + length));

        (float, float) After(long seconds)
        {
            var profile = new LocalProfile(new ProfileOptions(), 1);
            Observe(profile, "a", "c", "t", Start);
            Label(profile, "a", "c", "t", Start);
            var features = Observe(profile, "b", "d", "t", Start + seconds);
            return (features[FeatureCatalog.IndexOf(count)], features[FeatureCatalog.IndexOf(share)]);
        }
    }

    [Fact]
    public void Observe_LabelBeforeItsPayment_DoesNotCountAsThePreviousPayment()
    {
        var profile = new LocalProfile(new ProfileOptions(), 1);
        Observe(profile, "a", "c", "t", Start);
        Label(profile, "b", "c", "t", Start + 100);

        var features = Observe(profile, "b", "c", "t", Start + 100);

        Assert.Equal(100, features[FeatureCatalog.IndexOf("card_seconds_since_previous")]);
    }

    [Fact]
    public void Observe_SameIdInTheSameShard_CountsOnceAndLeavesTheFeaturesAlone()
    {
        var profile = new LocalProfile(new ProfileOptions(), 2);
        var payment = Payment("a", "c", "t", Start);
        var features = new float[FeatureCatalog.Count];
        Assert.True(profile.Observe(0, payment, features));
        features.AsSpan().Fill(-1);

        Assert.False(profile.Observe(0, payment, features));

        Assert.All(features, static value => Assert.Equal(-1, value));
        Assert.Equal(2, Observe(profile, "b", "c", "t", Start)[FeatureCatalog.IndexOf("card_count_1d")]);
    }

    [Fact]
    public void Observe_OlderThanTheRetention_ChangesNoLaterFeature()
    {
        var options = new ProfileOptions();
        var (with, without) = (new LocalProfile(options, 1), new LocalProfile(options, 1));
        var tooLate = Start - (long)with.Profile.Retention.TotalSeconds - 1;
        foreach (var profile in (LocalProfile[])[with, without])
        {
            Observe(profile, "a", "c", "t", Start);
        }

        Observe(with, "late", "c", "t", tooLate);
        Label(with, "late", "c", "t", tooLate);

        for (var days = 0; days < 60; days++)
        {
            var id = days.ToString(CultureInfo.InvariantCulture);
            NaiveProfile.AssertSame(
                Observe(without, id, "c", "t", Start + (days * Day)), Observe(with, id, "c", "t", Start + (days * Day)), $"day {days}");
        }
    }

    [Fact]
    public void Observe_AsLateAsAllowed_StillFillsItsWindows()
    {
        var options = new ProfileOptions();
        var (profile, naive) = (new LocalProfile(options, 1), new NaiveProfile(options, 1));
        var (features, expected) = (new float[FeatureCatalog.Count], new float[FeatureCatalog.Count]);
        for (var day = 0; day <= 60; day++)
        {
            var payment = Payment($"d{day}", "c", "t", Start + (day * Day));
            naive.Observe(0, payment, expected);
            profile.Observe(0, payment, features);
        }

        var late = Payment("late", "c", "t", Start + (60 * Day) - (long)options.Lateness.TotalSeconds);
        naive.Observe(0, late, expected);
        profile.Observe(0, late, features);

        NaiveProfile.AssertSame(expected, features, "late payment");
        Assert.Equal(30, features[FeatureCatalog.IndexOf("terminal_count_30d")]);
    }

    /// <summary>What recovery does, against what serving did: payments first, then labels, whatever their order was.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Restore_JournalThenLabels_LeadsToTheSameStateAsObserving(int seed)
    {
        var random = new Random(seed);
        var options = new ProfileOptions { MaxBucketsPerCard = 64, MaxBucketsPerTerminal = 64 };
        var (served, restored) = (new LocalProfile(options, 2), new LocalProfile(options, 2));
        var journal = new List<Transaction>();
        var labels = new List<Label>();
        var features = new float[FeatureCatalog.Count];
        for (var i = 0; i < 3_000; i++)
        {
            var payment = new Transaction();
            // Cards stay below their bound, so their windows are exact; one terminal outgrows it.
            Fill(payment, $"p{i}", $"c{random.Next(300)}", $"t{(random.Next(3) == 0 ? 0 : random.Next(400))}", random.Next(1, 9_000), Start + (i * 900) - random.Next(86_400));
            Assert.True(served.Observe(ShardOf(payment), payment, features));
            Assert.False(served.Observe(ShardOf(payment), payment, features));
            journal.Add(payment);
            if (random.Next(10) == 0)
            {
                var about = journal[random.Next(journal.Count)];
                var label = LabelOf(about);
                if (!labels.Contains(label))
                {
                    labels.Add(label);
                    served.ApplyLabel(ShardOf(about), label, 1);
                }
            }
        }

        foreach (var payment in journal)
        {
            restored.Restore(
                ShardOf(payment), payment.Id, payment.CardId, payment.TerminalId, payment.AmountMinor, payment.EventTimeMs);
        }

        foreach (var label in Enumerable.Reverse(labels))
        {
            restored.ApplyLabel(ShardOf(label.CardId.ToString()), label, 1);
        }

        Assert.Equal(served.Profile.Size, restored.Profile.Size);
        var now = Start + (3_000 * 900);
        var other = new float[FeatureCatalog.Count];
        for (var i = 0; i < 2_000; i++)
        {
            var payment = new Transaction();
            Fill(payment, $"q{i}", $"c{random.Next(300)}", $"t{random.Next(400)}", random.Next(1, 9_000), now + (i * 600));
            Assert.True(served.Observe(ShardOf(payment), payment, features));
            Assert.True(restored.Observe(ShardOf(payment), payment, other));
            NaiveProfile.AssertSame(features, other, $"payment {i} after the restart");
        }

        // And what was restored is known: a repeat is still a repeat.
        Assert.False(restored.Observe(ShardOf(journal[^1]), journal[^1], other));
    }

    /// <summary>A label may be applied long before it is due: no feature uses it before its delay is over.</summary>
    [Theory]
    [InlineData(4_096, 1)]
    [InlineData(64, 60)]
    public void Observe_LabelYoungerThanTheDelay_ChangesNothing(int maxBuckets, int secondsBetween)
    {
        var options = new ProfileOptions { MaxBucketsPerCard = maxBuckets, MaxBucketsPerTerminal = maxBuckets };
        var (labelled, plain) = (new LocalProfile(options, 1), new LocalProfile(options, 1));
        var used = 0;
        for (var i = 0; i < 3_000; i++)
        {
            // The wide case packs payments so densely that histories have to widen their buckets.
            var at = Start + (i * (long)secondsBetween);
            Observe(labelled, $"p{i}", "c", "t", at);
            Label(labelled, $"p{i}", "c", "t", at);
            Observe(plain, $"p{i}", "c", "t", at);
        }

        for (var after = (7 * Day) - 7_200; after <= (8 * Day) + 10_800; after += 61)
        {
            var (one, two) = (Observe(labelled, $"q{after}", "c", "t", Start + after), Observe(plain, $"q{after}", "c", "t", Start + after));
            foreach (var name in (string[])
                [
                    "terminal_fraud_share_1d", "terminal_known_frauds_21d", "card_known_frauds_7d", "terminal_fraud_streak",
                    "terminal_fraud_streak_days", "terminal_first_known_fraud_days", "terminal_last_known_fraud_days",
                    "terminal_fraud_share_since_first", "card_known_unusual_frauds_7d",
                ])
            {
                var feature = FeatureCatalog.IndexOf(name);
                if (after < 7 * Day)
                {
                    Assert.Equal(two[feature], one[feature]);
                }
                else if (one[feature] != two[feature])
                {
                    used++;
                }
            }

            // No more frauds than payments whose delay is over, however wide the buckets.
            var known = Math.Clamp(((after - (7 * Day)) / secondsBetween) + 1, 0, 3_000);
            Assert.InRange(one[FeatureCatalog.IndexOf("terminal_known_frauds_21d")], 0, after < 7 * Day ? 0 : known);
        }

        Assert.True(used > 100);
    }

    [Fact]
    public void Size_ManyKeys_CountsEachOnce()
    {
        var profile = new LocalProfile(new ProfileOptions(), 2);
        for (var i = 0; i < 100; i++)
        {
            profile.Observe(i % 2, Payment($"p{i}", $"c{i % 10}", $"t{i % 7}", Start + i), new float[FeatureCatalog.Count]);
        }

        Assert.Equal(new ProfileSize(10, 0, 7), profile.Profile.Size);
    }

    [Fact]
    public void Observe_FourThreadsOneTerminal_LosesNoPayment()
    {
        var profile = new LocalProfile(new ProfileOptions(), 4);
        Parallel.For(0, 4, shard =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                profile.Observe(shard, Payment($"{shard}-{i}", $"c{shard}", "t", Start + (i % 500)), new float[FeatureCatalog.Count]);
            }
        });

        Assert.Equal(8_000, Observe(profile, "after", "c", "t", Start + 500 + (7 * Day))[FeatureCatalog.IndexOf("terminal_count_1d")]);
    }

    private static long LateByAnEdge(Random random, List<(Transaction Payment, int Label)> past, long now, ProfileOptions options)
    {
        long[] edges = [0, 3_600, Day, 7 * Day, 8 * Day, 14 * Day, 30 * Day, 37 * Day];
        var reference = past[random.Next(past.Count)].Payment.EventTimeMs / 1_000;
        var late = now - (reference + edges[random.Next(edges.Length)]);
        return late >= 0 && late <= (long)options.Lateness.TotalSeconds ? late : 0;
    }

    private static int ShardOf(Transaction payment) => ShardOf(payment.CardId.ToString());

    private static int ShardOf(string card) => card.Length % 2;

    private static void Label(LocalProfile profile, NaiveProfile naive, Transaction payment, int delta)
    {
        var label = LabelOf(payment);
        naive.ApplyLabel(label, delta);
        profile.ApplyLabel(ShardOf(payment), label, delta);
    }

    private static void Label(LocalProfile profile, string id, string card, string terminal, long seconds) =>
        profile.ApplyLabel(0, LabelOf(Payment(id, card, terminal, seconds)), 1);

    private static Label LabelOf(Transaction payment) =>
        new(payment.Id, payment.CardId, payment.TerminalId, payment.EventTimeMs, true);

    private static float[] Observe(LocalProfile profile, string id, string card, string terminal, long seconds)
    {
        var features = new float[FeatureCatalog.Count];
        Assert.True(profile.Observe(0, Payment(id, card, terminal, seconds), features));
        return features;
    }

    private static Transaction Payment(string id, string card, string terminal, long seconds)
    {
        var payment = new Transaction();
        Fill(payment, id, card, terminal, 1_000, seconds);
        return payment;
    }

    private static void Fill(Transaction payment, string id, string card, string terminal, long amountMinor, long seconds)
    {
        payment.Clear();
        payment.Id = ShortText.From(id);
        payment.CardId = ShortText.From(card);
        payment.TerminalId = ShortText.From(terminal);
        payment.AmountMinor = amountMinor;
        payment.Currency = Currency.Euro;
        payment.EventTimeMs = seconds * 1_000;
    }

    private static Transaction Clone(Transaction payment)
    {
        var copy = new Transaction();
        Copy(payment, copy);
        return copy;
    }

    private static void Copy(Transaction from, Transaction to)
    {
        to.Clear();
        (to.Id, to.CardId, to.TerminalId) = (from.Id, from.CardId, from.TerminalId);
        (to.AmountMinor, to.Currency, to.EventTimeMs) = (from.AmountMinor, from.Currency, from.EventTimeMs);
    }
}
