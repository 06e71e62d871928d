using Fraud.Stream.ReadModel;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.ReadModel;

public sealed class ReaderLagTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ReaderLag _lag;

    public ReaderLagTests() => _lag = new ReaderLag(2, _time, capacity: 4);

    [Fact]
    public void Committed_MoreThanIsAllowed_IsFullUntilSomeHaveRows()
    {
        var feed = new ResultsFeed(new CommittedPages(1), _lag, MaxBehind: 10);
        _lag.Committed(0, 1, 1, 4);
        _lag.Committed(1, 1, 1, 5);
        Assert.False(feed.IsFull);
        // A page without payments is work too.
        _lag.Committed(0, 1, 2, 0);
        Assert.Equal((10L, true), (_lag.Payments, feed.IsFull));

        _lag.Done(0, 1, 2);

        Assert.Equal((5L, false), (_lag.Payments, feed.IsFull));
    }

    /// <summary>Kafka may be away for hours: what is told apart of the pages that wait is bounded, and what is said is never too little.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Committed_MorePagesThanAreToldApart_CountsNeverTooLittleAndAllInTheEnd(int capacity)
    {
        const int Pages = 1_000;
        var lag = new ReaderLag(1, _time, capacity);
        var begun = new long[Pages + 1];
        for (var sequence = 1; sequence <= Pages; sequence++)
        {
            begun[sequence] = _time.GetTimestamp();
            lag.Committed(0, 1, sequence, sequence);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(Pages * (Pages + 1L) / 2, lag.Payments);
        Assert.Equal(TimeSpan.FromSeconds(Pages), lag.Age);
        long left = lag.Payments;
        for (var sequence = 1; sequence <= Pages; sequence++)
        {
            lag.Done(0, 1, sequence);
            left -= sequence;
            Assert.InRange(lag.Payments, left, Pages * (Pages + 1L) / 2);
            Assert.True(sequence == Pages || lag.Age >= _time.GetElapsedTime(begun[sequence + 1]));
        }

        Assert.Equal((0L, TimeSpan.Zero), (lag.Payments, lag.Age));
    }

    [Fact]
    public void Age_IsOfThePageThatWaitsLongest()
    {
        Assert.Equal(TimeSpan.Zero, _lag.Age);
        _lag.Committed(0, 1, 1, 1);
        _time.Advance(TimeSpan.FromSeconds(2));
        _lag.Committed(1, 1, 1, 1);
        _lag.Committed(0, 1, 2, 1);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(3), _lag.Age);

        _lag.Done(0, 1, 1);
        Assert.Equal(TimeSpan.FromSeconds(1), _lag.Age);
        _lag.Done(0, 1, 2);
        _lag.Done(1, 1, 1);
        Assert.Equal(TimeSpan.Zero, _lag.Age);
    }

    /// <summary>The reader looks into the journal by itself, and may be ahead of who tells that a page is there.</summary>
    [Fact]
    public void Done_BeforeItIsToldAsCommitted_CountsForNothing()
    {
        _lag.Done(0, 1, 2);
        _lag.Committed(0, 1, 1, 3);
        _lag.Committed(0, 1, 2, 3);
        _lag.Committed(0, 1, 3, 3);

        Assert.Equal(3, _lag.Payments);
    }

    [Fact]
    public void Committed_UnderTheNextClaim_ForgetsTheOneBefore()
    {
        _lag.Committed(0, 1, 5, 3);
        _lag.Committed(0, 2, 6, 2);
        Assert.Equal(2, _lag.Payments);

        // Of the claim before, late.
        _lag.Committed(0, 1, 7, 9);
        _lag.Done(0, 1, 6);
        Assert.Equal(2, _lag.Payments);
        _lag.Done(0, 2, 6);
        Assert.Equal(0, _lag.Payments);
    }

    [Fact]
    public void Left_OrNotKept_LeavesNothingBehind()
    {
        _lag.Committed(0, 1, 1, 3);
        _lag.Committed(1, 4, 1, 2);

        _lag.Left(1, 3);
        Assert.Equal(5, _lag.Payments);
        _lag.Left(1, 4);
        Assert.Equal(3, _lag.Payments);
        _lag.Keep(static (shard, generation) => (shard, generation) == (0, 1));
        Assert.Equal(3, _lag.Payments);
        _lag.Keep(static (_, _) => false);
        Assert.Equal(0, _lag.Payments);
    }
}
