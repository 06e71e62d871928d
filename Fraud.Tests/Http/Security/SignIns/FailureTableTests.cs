using Fraud.Http.Security.SignIns;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Http.Security.SignIns;

public sealed class FailureTableTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Add_MoreThanAreAllowed_WaitsForTheEndOfTheWindow()
    {
        var table = Table(maxFailures: 3);
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal(TimeSpan.Zero, table.Add("a", SignInFault.WrongKey)));

        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(40), table.Add("a", SignInFault.WrongKey));
        Assert.Equal(TimeSpan.Zero, table.Add("b", SignInFault.WrongKey));

        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(TimeSpan.Zero, table.Add("a", SignInFault.WrongKey));
    }

    [Fact]
    public void Take_Hundreds_AreOneBurstWithTheirNumberAndReasons()
    {
        var table = Table();
        var begun = _time.GetUtcNow();
        for (var i = 0; i < 300; i++)
        {
            table.Add("a", i % 3 == 0 ? SignInFault.Token : SignInFault.WrongKey);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        var burst = Assert.Single(table.Take(10));

        Assert.Equal(("a", 1, 300L, begun), (burst.Source, burst.Sources, burst.Count, burst.Since));
        Assert.Equal($"300 failed sign-ins since {begun:HH:mm:ss}Z: 200 wrong key, 100 wrong token", burst.Words());
        Assert.Empty(table.Take(10));
    }

    [Fact]
    public void Take_SourceThatGoesOn_IsToldOnceAWindowAndNothingIsLost()
    {
        var table = Table();
        long told = 0;
        var bursts = 0;
        for (var second = 0; second < 180; second++)
        {
            table.Add("a", SignInFault.WrongKey);
            foreach (var burst in table.Take(10))
            {
                told += burst.Count;
                bursts++;
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        told += table.Take(10, all: true).Sum(static burst => burst.Count);
        Assert.Equal(180, told);
        Assert.Equal(3, bursts);
    }

    [Fact]
    public void Take_MoreSourcesThanEntries_TheWorstAreNamedAndTheOthersCountedTogether()
    {
        var table = Table();
        for (var source = 1; source <= 50; source++)
        {
            for (var i = 0; i < source; i++)
            {
                table.Add($"{source}", SignInFault.WrongKey);
            }
        }

        var bursts = table.Take(3);

        Assert.Equal(["50", "49", FailureTable.Others], bursts.Select(static burst => burst.Source));
        Assert.Equal(48, bursts[2].Sources);
        Assert.Equal(50 * 51 / 2, bursts.Sum(static burst => burst.Count));
    }

    [Fact]
    public void Add_FloodFromEverywhere_RemembersNoMoreThanItMayAndCountsAll()
    {
        var table = Table(maxSources: 100);
        for (var source = 0; source < 100_000; source++)
        {
            Assert.Equal(TimeSpan.Zero, table.Add($"{source}", SignInFault.WrongKey));
        }

        Assert.Equal(100, table.Count);
        Assert.Equal(100_000, table.Take(10).Sum(static burst => burst.Count));

        // Told and quiet for a window, they make room.
        _time.Advance(TimeSpan.FromMinutes(1));
        table.Add("new", SignInFault.WrongKey);
        Assert.Equal("new", Assert.Single(table.Take(10)).Source);
    }

    [Fact]
    public void Add_ManyThreads_CountsEach()
    {
        var table = Table();

        Parallel.For(0, 8_000, i => table.Add($"{i % 7}", SignInFault.WrongKey));

        Assert.Equal(8_000, table.Take(100).Sum(static burst => burst.Count));
    }

    private FailureTable Table(int maxFailures = 20, int maxSources = 1_000) =>
        new(new SignInOptions { MaxFailures = maxFailures, MaxSources = maxSources }, _time);
}
