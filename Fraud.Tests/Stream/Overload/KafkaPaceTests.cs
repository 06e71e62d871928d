using Fraud.Stream.Overload;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Overload;

public sealed class KafkaPaceTests
{
    private const int Batch = 100;

    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly OverloadOptions _options = new() { HttpLatencyTarget = Target, KafkaLeastRate = 1_000 };

    [Fact]
    public void TryTake_NobodyOverHttp_NoLimit()
    {
        var pace = new KafkaPace(_options, _time);

        Assert.Equal(100_000, Run(pace, TimeSpan.FromSeconds(1), offered: 100_000, latency: null));
        Assert.Equal(double.PositiveInfinity, pace.Limit);
    }

    [Fact]
    public void TryTake_AnswersInTime_NoLimit()
    {
        var pace = new KafkaPace(_options, _time);

        Assert.Equal(100_000, Run(pace, TimeSpan.FromSeconds(1), offered: 100_000, latency: Target));
        Assert.Equal(double.PositiveInfinity, pace.Limit);
    }

    [Fact]
    public void TryTake_AnswersLate_TakesLessEachMomentDownToTheLeastRate()
    {
        var pace = Used();
        var late = Target + TimeSpan.FromMilliseconds(1);

        Run(pace, TimeSpan.FromSeconds(1), 100_000, late);
        var after1 = pace.Limit;
        Run(pace, TimeSpan.FromSeconds(1), 100_000, late);
        var after2 = pace.Limit;
        Run(pace, TimeSpan.FromSeconds(5), 100_000, late);

        Assert.InRange(after1, 1_000, 50_000);
        Assert.InRange(after2, 1_000, Math.Max(1_000, after1 * 0.5));
        Assert.Equal(1_000, pace.Limit);
        // What the limit says is what is taken.
        Assert.InRange(Run(pace, TimeSpan.FromSeconds(2), 100_000, late), 1_900, 2_200);
    }

    [Fact]
    public void TryTake_AnswersInTimeAgain_TakesMoreUntilNothingIsHeldBack()
    {
        var pace = Used();
        Run(pace, TimeSpan.FromSeconds(5), 50_000, Target * 2);

        Run(pace, TimeSpan.FromSeconds(1), 50_000, Target);
        var risen = pace.Limit;
        Run(pace, TimeSpan.FromSeconds(20), 50_000, Target);

        Assert.InRange(risen, 1_000 * 1.3, 1_000 * 2);
        Assert.InRange(Run(pace, TimeSpan.FromSeconds(1), 50_000, Target), 49_000, 50_000);
    }

    [Fact]
    public void TryTake_OneLateInAHundred_IsWhatTheTargetAllows()
    {
        var pace = new KafkaPace(_options, _time);
        for (var answer = 0; answer < 2_000; answer++)
        {
            Assert.True(pace.TryTake(Batch, out _));
            pace.Answered(_time.GetTimestamp() - Ticks(answer % 100 == 0 ? Target * 5 : Target));
            // A hundred answers a moment.
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(double.PositiveInfinity, pace.Limit);
    }

    [Fact]
    public void TryTake_HttpGoesAway_NothingIsHeldBack()
    {
        var pace = Used();
        Run(pace, TimeSpan.FromSeconds(2), 50_000, Target * 2);
        Assert.True(double.IsFinite(pace.Limit));

        Run(pace, TimeSpan.FromSeconds(1.5), 50_000, latency: null);

        Assert.Equal(double.PositiveInfinity, pace.Limit);
    }

    [Fact]
    public void TryTake_StoreItselfIsSlow_HoldsNothingBack()
    {
        var pace = new KafkaPace(_options, _time);

        Run(pace, TimeSpan.FromSeconds(2), 50_000, Target * 5);

        Assert.InRange(Run(pace, TimeSpan.FromSeconds(1), 50_000, Target * 5), 49_000, 50_000);
    }

    [Fact]
    public void TryTake_MuchLaterThanTheSlowStoreMakesIt_TakesLess()
    {
        var pace = new KafkaPace(_options, _time);
        Run(pace, TimeSpan.FromSeconds(2), 50_000, Target * 5);

        Run(pace, TimeSpan.FromSeconds(1), 50_000, Target * 25);

        Assert.InRange(pace.Limit, 1_000, 25_000);
    }

    [Fact]
    public void TryTake_NoTarget_NeverHoldsBack()
    {
        var pace = new KafkaPace(new OverloadOptions { HttpLatencyTarget = TimeSpan.Zero }, _time);

        Assert.Equal(100_000, Run(pace, TimeSpan.FromSeconds(1), 100_000, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void TryTake_HeldBack_SaysForHowLong()
    {
        var pace = Used();
        Run(pace, TimeSpan.FromSeconds(5), 100_000, Target * 2);
        while (!pace.TryTake(Batch, out _))
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.False(pace.TryTake(Batch, out var wait));

        // A hundred at a thousand a second.
        Assert.Equal(TimeSpan.FromMilliseconds(100), wait);
        _time.Advance(wait);
        Assert.True(pace.TryTake(Batch, out _));
    }

    [Fact]
    public void TryTake_LessThanAMillisecondLeft_WaitsForAWholeOne()
    {
        var pace = Used();
        Run(pace, TimeSpan.FromSeconds(5), 100_000, Target * 2);
        while (!pace.TryTake(1, out _))
        {
            _time.Advance(TimeSpan.FromTicks(1));
        }

        _ = pace.TryTake(1, out var wait);
        _time.Advance(wait - TimeSpan.FromTicks(1));
        pace.TryTake(1, out wait);

        // No wait would mean: until somebody else wakes the lane.
        Assert.Equal(TimeSpan.FromMilliseconds(1), wait);
    }

    /// <summary>One that has seen what answers take when all is well.</summary>
    private KafkaPace Used()
    {
        var pace = new KafkaPace(_options, _time);
        Run(pace, TimeSpan.FromSeconds(1), 10_000, Target / 10);
        return pace;
    }

    /// <summary>Kafka offers so many a second, and an answer leaves every five milliseconds.</summary>
    /// <returns>How many were taken.</returns>
    private int Run(KafkaPace pace, TimeSpan duration, int offered, TimeSpan? latency)
    {
        var taken = 0;
        double waiting = 0;
        for (var ms = 0; ms < duration.TotalMilliseconds; ms++)
        {
            // A full queue keeps no more than a batch for each of its places.
            waiting = Math.Min(waiting + (offered / 1_000.0), 10 * Batch);
            while (waiting >= Batch && pace.TryTake(Batch, out _))
            {
                waiting -= Batch;
                taken += Batch;
            }

            if (ms % 5 == 0 && latency is { } took)
            {
                pace.Answered(_time.GetTimestamp() - Ticks(took));
            }

            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        return taken;
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _time.TimestampFrequency);
}
