using System.Globalization;
using Fraud.Stream.Overload;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Overload;

public class ClientRatesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryTake_FullBucket_GivesTheBurstAndNotOneMore()
    {
        var rates = Rates(perSecond: 100, burst: 50);

        Assert.Equal(50, Enumerable.Range(0, 200).Count(_ => rates.TryTake("a", 1, out var _)));
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(95, 9)]
    [InlineData(100, 10)]
    [InlineData(60_000, 50)]
    public void TryTake_EmptyBucketAfterAWhile_GivesWhatTheRateRefilledUpToTheBurst(int milliseconds, int expected)
    {
        var rates = Rates(perSecond: 100, burst: 50);
        Assert.True(rates.TryTake("a", 50, out _));

        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(expected, Enumerable.Range(0, 200).Count(_ => rates.TryTake("a", 1, out var _)));
    }

    [Fact]
    public void TryTake_TooFewTokens_TakesNoneAndTheWaitIsExactlyEnough()
    {
        var rates = Rates(perSecond: 100, burst: 50);
        Assert.True(rates.TryTake("a", 45, out _));

        Assert.False(rates.TryTake("a", 20, out var wait));
        Assert.Equal(TimeSpan.FromMilliseconds(150), wait);
        Assert.True(rates.TryTake("a", 5, out _));

        Assert.False(rates.TryTake("a", 20, out wait));
        _time.Advance(wait - TimeSpan.FromMilliseconds(1));
        Assert.False(rates.TryTake("a", 20, out _));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(rates.TryTake("a", 20, out var none));
        Assert.Equal(TimeSpan.Zero, none);
    }

    [Fact]
    public void TryTake_MoreThanTheBurst_PassesOnAFullBucketOnlyAndIsPaidForAfterwards()
    {
        var rates = Rates(perSecond: 100, burst: 50);

        Assert.True(rates.TryTake("a", 200, out _));

        Assert.False(rates.TryTake("a", 1, out var wait));
        Assert.Equal(TimeSpan.FromMilliseconds(1_510), wait);
        Assert.False(rates.TryTake("a", 200, out _));
    }

    [Fact]
    public void TryTake_OneClientFlooding_LeavesTheOthersTheirRate()
    {
        var rates = Rates(perSecond: 100, burst: 10);
        var admitted = 0;
        for (var second = 0; second < 10; second++)
        {
            _ = Enumerable.Range(0, 5_000).Count(_ => rates.TryTake("greedy", 1, out var _));
            admitted += Enumerable.Range(0, 10).Count(_ => rates.TryTake("modest", 1, out var _));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(100, admitted);
    }

    [Fact]
    public void TryTake_RateZero_LimitsNobodyAndRemembersNobody()
    {
        var rates = Rates(perSecond: 0, burst: 1);

        Assert.True(rates.TryTake("a", int.MaxValue, out _));

        Assert.Equal(0, rates.Count);
    }

    [Fact]
    public void TryTake_MoreClientsThanRemembered_KeepsTheBoundAndThoseThatOweMost()
    {
        var rates = Rates(perSecond: 1, burst: 10, maxClients: 100);
        Assert.True(rates.TryTake("heavy", 10, out _));

        for (var client = 0; client < 5_000; client++)
        {
            Assert.True(rates.TryTake(string.Create(CultureInfo.InvariantCulture, $"client-{client}"), 1, out _));
            Assert.InRange(rates.Count, 1, 100);
        }

        Assert.False(rates.TryTake("heavy", 1, out _));
    }

    [Fact]
    public void TryTake_ManyThreadsOfOneClient_AdmitsExactlyTheBurst()
    {
        var rates = Rates(perSecond: 100, burst: 1_000);
        var admitted = 0;

        Parallel.For(0, 8_000, _ =>
        {
            if (rates.TryTake("a", 1, out var _))
            {
                Interlocked.Increment(ref admitted);
            }
        });

        Assert.Equal(1_000, admitted);
    }

    private ClientRates Rates(int perSecond, int burst, int maxClients = 1_000) =>
        new(new ClientRate(perSecond, burst, maxClients), _time);
}
