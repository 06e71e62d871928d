using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Telemetry;

public sealed class RecentPredictionsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecentPredictions _recent;

    public RecentPredictionsTests()
    {
        _recent = new RecentPredictions(_time);
        _time.Advance(TimeSpan.FromHours(1));
    }

    [Fact]
    public void Read_Nothing_IsZero() => Assert.Equal(new RecentStatistics(), _recent.Read());

    [Fact]
    public void Read_Hundred_HasTheirQuantiles()
    {
        _recent.Add([.. Enumerable.Range(1, 100).Reverse().Select(ms => Scored(ms, fraud: ms <= 25))]);

        var read = _recent.Read();

        Assert.Equal((100, 1, 100), (read.Samples, read.MinMs, read.MaxMs));
        Assert.Equal((50.5, 50, 95, 99), (read.AverageMs, read.P50Ms, read.P95Ms, read.P99Ms));
        Assert.Equal(0.25, read.FraudRate);
        Assert.Equal((100, 25, 5_050), (read.Predictions, read.Frauds, read.LatencySumMs));
    }

    [Fact]
    public void Read_One_IsAllQuantiles()
    {
        _recent.Add([Scored(7)]);

        var read = _recent.Read();

        Assert.Equal((7, 7, 7), (read.P50Ms, read.P95Ms, read.P99Ms));
    }

    [Fact]
    public void Add_BeyondTheWindow_ForgetsTheOldestAndKeepsTotals()
    {
        _recent.Add([.. Enumerable.Repeat(0, RecentPredictions.Size).Select(_ => Scored(900, fraud: true))]);
        _time.Advance(TimeSpan.FromSeconds(100));
        _recent.Add([.. Enumerable.Repeat(0, RecentPredictions.Size).Select(_ => Scored(1))]);
        _time.Advance(TimeSpan.FromSeconds(10));

        var read = _recent.Read();

        Assert.Equal((RecentPredictions.Size, 1, 0), (read.Samples, read.MaxMs, read.FraudRate));
        Assert.Equal((2_000, 1_000), (read.Predictions, read.Frauds));
        Assert.Equal(TimeSpan.FromSeconds(10), read.Span);
        Assert.Equal(100, read.PerSecond);
    }

    [Fact]
    public void Read_BurstJustNow_IsNoMoreThanItsNumberASecond()
    {
        _recent.Add([.. Enumerable.Repeat(0, 30).Select(_ => Scored(1))]);

        Assert.Equal(30, _recent.Read().PerSecond);
    }

    [Theory]
    [InlineData(PaymentState.Received)]
    [InlineData(PaymentState.Duplicate)]
    [InlineData(PaymentState.Undecodable)]
    [InlineData(PaymentState.Fenced)]
    public void Add_NotScored_IsNotCounted(PaymentState state)
    {
        var payment = Scored(1);
        payment.State = state;
        _recent.Add([payment]);

        Assert.Equal(0, _recent.Read().Samples);
    }

    [Fact]
    public void Add_Batch_AllocatesNothing()
    {
        Payment[] payments = [Scored(1), Scored(2)];
        _recent.Add(payments);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            _recent.Add(payments);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private Payment Scored(double ms, bool fraud = false) => new()
    {
        State = PaymentState.Scored,
        Decision = fraud ? Decision.Review : Decision.Approve,
        ArrivedTimestamp = _time.GetTimestamp() - (long)(ms * _time.TimestampFrequency / 1_000),
    };
}
