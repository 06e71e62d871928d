using Fraud.Stream.FanOut;

namespace Fraud.Tests.Stream.FanOut;

/// <summary>How many of Kafka's payments a transaction takes that others wait for over HTTP.</summary>
public sealed class GroupBoundTests
{
    private const int Least = 64;
    private const int Most = 4_096;

    private readonly GroupBound _bound = new(Least, Most);

    [Fact]
    public void Took_PaymentsAreWhatItTakesTimeFor_StaysAtTheLeast()
    {
        // PostgreSQL on the same cores: 90 µs for each.
        Run(times: 200, own: TimeSpan.FromMilliseconds(0.5), one: TimeSpan.FromMicroseconds(90));

        Assert.Equal(Least, _bound.Current);
    }

    [Fact]
    public void Took_StoreTakesLongForItself_GrowsAndComesToRest()
    {
        Run(times: 200, own: TimeSpan.FromMilliseconds(200), one: TimeSpan.FromMicroseconds(30));
        var rest = _bound.Current;
        Run(times: 1, own: TimeSpan.FromMilliseconds(200), one: TimeSpan.FromMicroseconds(30));

        // No transaction is twice as long as it has to be.
        Assert.InRange(rest, 1_000, 2_000);
        Assert.InRange(_bound.Current, 0.95 * rest, 1.05 * rest);
    }

    [Fact]
    public void Took_StoreAway_IsNeverMoreThanTheMost()
    {
        Run(times: 100, own: TimeSpan.FromMinutes(1), one: TimeSpan.Zero);

        Assert.Equal(Most, _bound.Current);
    }

    [Fact]
    public void Took_OneStandstill_IsForgottenWithTheNext()
    {
        Run(times: 10, own: TimeSpan.FromMilliseconds(1), one: TimeSpan.FromMicroseconds(30));
        _bound.Took(Least, TimeSpan.FromMilliseconds(400));
        Assert.InRange(_bound.Current, Least + 1, 400);

        _bound.Took(Least, TimeSpan.FromMilliseconds(3));

        Assert.Equal(Least, _bound.Current);
    }

    private void Run(int times, TimeSpan own, TimeSpan one)
    {
        for (var i = 0; i < times; i++)
        {
            _bound.Took(_bound.Current, own + (_bound.Current * one));
        }
    }
}
