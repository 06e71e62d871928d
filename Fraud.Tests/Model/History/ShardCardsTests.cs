using System.Globalization;
using Fraud.Model;
using Fraud.Model.Features;
using Fraud.Model.History;

namespace Fraud.Tests.Model.History;

public sealed class ShardCardsTests
{
    private const long Day = 86_400;
    private const long Start = 1_715_774_400;

    private readonly Profile _profile = new(new ProfileOptions { MaxBucketsPerCard = 64 }, 1);
    private readonly ShardCards _cards;

    public ShardCardsTests()
    {
        _cards = _profile.NewCards();
        _profile.Open(0, _cards);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Load_WhatWasCaptured_EqualsItByteForByteAndGoesOnEqually(int seed)
    {
        var random = new Random(seed);
        var stored = new Dictionary<string, byte[]>();
        for (var i = 0; i < 4_000; i++)
        {
            Step(_cards, random, i);
            if (random.Next(500) == 0)
            {
                Store(_cards.Capture(), stored);
            }
        }

        Store(_cards.Capture(), stored);
        var copy = _profile.NewCards();
        foreach (var (card, state) in stored)
        {
            copy.Load(ShortText.From(card), state);
        }

        AssertEqual(_cards, copy);
        Assert.Equal((0, 0), (_cards.DirtyCount, copy.DirtyCount));
        var (one, two) = (new Random(seed + 100), new Random(seed + 100));
        for (var i = 0; i < 4_000; i++)
        {
            Step(_cards, one, 4_000 + i);
            Step(copy, two, 4_000 + i);
        }

        AssertEqual(_cards, copy);
    }

    [Fact]
    public void Capture_Again_HasOnlyWhatChangedSince()
    {
        Pay("a", Start);
        Pay("b", Start);
        Assert.Equal(["a", "b"], Changed(_cards.Capture()));
        Assert.Equal(0, _cards.DirtyCount);

        Pay("b", Start + 5);
        Pay("c", Start + 5);

        Assert.Equal(["b", "c"], Changed(_cards.Capture()));
        Assert.Empty(Changed(_cards.Capture()));
    }

    [Fact]
    public void Restore_CaptureThatWasNotStored_IsInTheNextOneWithWhatCameSince()
    {
        Pay("a", Start);
        Pay("b", Start);
        var lost = _cards.Capture();
        Pay("b", Start + 5);

        _cards.Restore(lost);

        Assert.Equal(2, _cards.DirtyCount);
        var again = _cards.Capture();
        Assert.Equal(["a", "b"], Changed(again));
        Assert.Equal(_cards.Dump()["b"], again.Changed.Single(static card => card.Key.ToString() == "b").Value);
    }

    [Fact]
    public void Restore_CardThatRanOut_IsRemovedByTheNextCapture()
    {
        Pay("old", Start);
        _cards.Capture();
        Label("old", Start);
        Pay("new", Start + (100 * Day));
        var lost = _cards.Capture();
        Assert.Equal(["old"], lost.Expired.Select(static card => card.ToString()));

        _cards.Restore(lost);

        Assert.Equal(["old"], _cards.Capture().Expired.Select(static card => card.ToString()));
        Assert.Empty(_cards.Capture().Expired);
    }

    [Fact]
    public void Restore_CardThatRanOutAndPaidAgain_IsKept()
    {
        Pay("old", Start);
        _cards.Capture();
        Label("old", Start);
        Pay("new", Start + (100 * Day));
        _cards.Restore(_cards.Capture());

        Pay("old", Start + (100 * Day));

        var capture = _cards.Capture();
        Assert.Empty(capture.Expired);
        Assert.Equal(["new", "old"], Changed(capture));
    }

    [Fact]
    public void Capture_HistoryRunOut_LeavesAsExpired()
    {
        // So late that nothing will ever look at it.
        Pay("late", Start);
        Pay("new", Start + (100 * Day));
        var capture = _cards.Capture();

        Assert.Equal(["late"], capture.Expired.Select(static card => card.ToString()));
        Assert.False(_cards.Dump().ContainsKey("late"));
        Assert.False(_cards.IsAway(ShortText.From("late")));
    }

    [Fact]
    public void PutAwayIdle_MoreCardsThanTheLimit_ForgetsThoseSilentLongestAndNoChangedOne()
    {
        for (var i = 0; i < 100; i++)
        {
            Pay(Name(i), Start + i);
        }

        _cards.Capture();
        Assert.Equal(0, _cards.PutAwayIdle(100));
        // Of the same age they were; now these are younger, and those changed.
        for (var i = 0; i < 30; i++)
        {
            Pay(Name(i), Start + 200);
        }

        _cards.Capture();
        for (var i = 90; i < 100; i++)
        {
            Pay(Name(i), Start + 300);
        }

        Assert.Equal(50, _cards.PutAwayIdle(50));
        Assert.Equal((50, 50, 10), (_cards.Count, _cards.AwayCount, _cards.DirtyCount));
        Assert.All(Enumerable.Range(0, 30).Concat(Enumerable.Range(90, 10)), i => Assert.Contains(Name(i), _cards.Dump().Keys));

        // Even a limit that cannot be kept makes it lose no changed card.
        Assert.Equal(40, _cards.PutAwayIdle(0));
        Assert.Equal(Enumerable.Range(90, 10).Select(Name), _cards.Dump().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Observe_CardAway_DoesNothingUntilItIsLoadedAndThenGoesOn()
    {
        Pay("a", Start);
        Pay("a", Start + 60);
        var state = Assert.Single(_cards.Capture().Changed).Value;
        Assert.Equal(1, _cards.PutAwayIdle(0));
        var payment = Payment("again", "a", Start + 120);
        var features = new float[FeatureCatalog.Count];
        features.AsSpan().Fill(-1);

        Assert.Equal(Observation.Away, _profile.Observe(0, payment, features));
        Assert.False(_cards.TryReplay(payment.CardId, 1, payment.EventTimeMs));
        Assert.False(_cards.TryApplyLabel(payment.CardId, payment.EventTimeMs, 1));
        Assert.All(features, static value => Assert.Equal(-1, value));
        Assert.Empty(_cards.Dump());

        _cards.Load(payment.CardId, state);
        // And again: what is in memory is newer than anything in the store.
        Assert.Equal(Observation.Counted, _profile.Observe(0, payment, features));
        _cards.Load(payment.CardId, state);

        Assert.Equal(3, features[FeatureCatalog.IndexOf("card_count_1h")]);
        Assert.Equal(60, features[FeatureCatalog.IndexOf("card_seconds_since_previous")]);
        Assert.Equal((1, 0, 1), (_cards.Count, _cards.AwayCount, _cards.DirtyCount));
    }

    [Fact]
    public void TryLoad_PutAwaySinceTheStoreWasRead_DoesNothing()
    {
        var card = ShortText.From("a");
        _cards.PutAway(card);
        var read = _cards.PutAways;
        _cards.PutAwayIdle(limit: 0);

        Assert.False(_cards.TryLoad([card], [], read));
        Assert.True(_cards.IsAway(card));
    }

    [Fact]
    public void TryLoad_StoreKnowsNothingOfIt_StartsEmpty()
    {
        var card = ShortText.From("a");
        _cards.PutAway(card);
        Assert.True(_cards.IsAway(card));

        Assert.True(_cards.TryLoad([card], [], _cards.PutAways));

        Assert.Equal(Observation.Counted, _profile.Observe(0, Payment("p", "a", Start), new float[FeatureCatalog.Count]));
    }

    [Fact]
    public void Retract_RepeatedPayment_LeavesTheHistoryAsItWasAndIsWritten()
    {
        Pay("a", Start);
        Pay("a", Start + 60);
        var before = _cards.Dump()["a"];
        _cards.Capture();
        Pay("a", Start + 30);
        Assert.NotEqual(before, _cards.Dump()["a"]);

        Assert.True(_cards.TryRetract(ShortText.From("a"), 1_000, (Start + 30) * 1_000));

        Assert.Equal(before, _cards.Dump()["a"]);
        Assert.Equal(["a"], Changed(_cards.Capture()));
        Assert.True(_cards.TryRetract(ShortText.From("unknown"), 1_000, Start * 1_000));
        Assert.Equal(1, _cards.Count);
    }

    private static IEnumerable<string> Changed(CapturedCards capture) =>
        capture.Changed.Select(static card => card.Key.ToString()).Order(StringComparer.Ordinal);

    private static void Store(CapturedCards capture, Dictionary<string, byte[]> stored)
    {
        foreach (var (card, state) in capture.Changed)
        {
            stored[card.ToString()] = state;
        }

        foreach (var card in capture.Expired)
        {
            stored.Remove(card.ToString());
        }
    }

    private static void AssertEqual(ShardCards expected, ShardCards actual)
    {
        var (one, two) = (expected.Dump(), actual.Dump());
        Assert.Equal(one.Keys.Order(StringComparer.Ordinal), two.Keys.Order(StringComparer.Ordinal));
        Assert.All(one, card => Assert.Equal(card.Value, two[card.Key]));
    }

    /// <summary>A payment or a label of one of few cards, often near others; some cards outgrow their buckets.</summary>
    private static void Step(ShardCards cards, Random random, int number)
    {
        var card = ShortText.From(Name(random.Next(3) == 0 ? 0 : random.Next(60)));
        var at = (Start + (number * 700L) - random.NextInt64(5 * Day)) * 1_000;
        if (random.Next(10) == 0)
        {
            Assert.True(cards.TryApplyLabel(card, at, random.Next(2) == 0 ? 1 : -1));
        }
        else
        {
            Assert.True(cards.TryReplay(card, random.Next(1, 100_000), at));
        }
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"n{number:00}");

    private static Transaction Payment(string id, string card, long seconds) => new()
    {
        Id = ShortText.From(id),
        CardId = ShortText.From(card),
        AmountMinor = 1_000,
        Currency = Currency.Euro,
        EventTimeMs = seconds * 1_000,
    };

    private void Pay(string card, long seconds) => Assert.Equal(
        Observation.Counted,
        _profile.Observe(0, Payment($"{card}-{seconds}", card, seconds), new float[FeatureCatalog.Count]));

    private void Label(string card, long seconds) => Assert.True(_cards.TryApplyLabel(ShortText.From(card), seconds * 1_000, 1));
}
