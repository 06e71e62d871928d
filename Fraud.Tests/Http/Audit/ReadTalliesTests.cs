using Fraud.Http.Audit;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Http.Audit;

public sealed class ReadTalliesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryAdd_TheSameAgain_IsCountedIntoOne()
    {
        var tallies = new ReadTallies(10, _time);
        var begun = _time.GetUtcNow();
        for (var i = 0; i < 20; i++)
        {
            Assert.True(tallies.TryAdd(Key("ann"), 50));
            _time.Advance(TimeSpan.FromSeconds(3));
        }

        Assert.True(tallies.TryAdd(Key("bob"), 1));

        var taken = tallies.Take().ToDictionary();
        Assert.Equal(2, taken.Count);
        Assert.Equal(new ReadTally(20, 1_000, begun, begun.AddSeconds(57)), taken[Key("ann")]);
        Assert.Empty(tallies.Take());
    }

    [Fact]
    public void TryAdd_Full_RefusesNewOnesAndCountsThoseItHas()
    {
        var tallies = new ReadTallies(2, _time);
        Assert.True(tallies.TryAdd(Key("a"), 1));
        Assert.True(tallies.IsHalfFull);
        Assert.True(tallies.TryAdd(Key("b"), 1));

        Assert.False(tallies.TryAdd(Key("c"), 1));
        Assert.True(tallies.TryAdd(Key("a"), 1));
        Assert.Equal([2L, 1L], tallies.Take().Select(static tally => tally.Value.Reads));
        // They are not written yet.
        Assert.False(tallies.TryAdd(Key("c"), 1));
        tallies.PutBack([]);
        Assert.True(tallies.TryAdd(Key("c"), 1));
    }

    [Fact]
    public void PutBack_WhatWasNotWritten_IsCountedTogetherWithWhatCame()
    {
        var tallies = new ReadTallies(10, _time);
        tallies.TryAdd(Key("a"), 5);
        var taken = tallies.Take();
        _time.Advance(TimeSpan.FromSeconds(1));
        tallies.TryAdd(Key("a"), 2);

        tallies.PutBack(taken);

        var tally = Assert.Single(tallies.Take()).Value;
        Assert.Equal((2L, 7L, TimeSpan.FromSeconds(1)), (tally.Reads, tally.Payments, tally.Last - tally.First));
    }

    private static ReadKey Key(string actor) => new(actor, "flagged payments listed", "sort time");
}
