using Fraud.Stream.ReadModel;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.ReadModel;

public sealed class ResultsLagTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ResultsLag _lag;

    public ResultsLagTests() => _lag = new ResultsLag(2, new ReadModelOptions { MaxBehind = 10 }, _time);

    [Fact]
    public void Committed_MoreThanIsAllowed_IsFullUntilSomeHaveRows()
    {
        _lag.Committed(0, 1, 1, 4);
        _lag.Committed(1, 1, 1, 5);
        Assert.False(_lag.IsFull);
        // A page without payments is work too.
        _lag.Committed(0, 1, 2, 0);
        Assert.Equal((10L, true), (_lag.Payments, _lag.IsFull));

        _lag.Written(0, 1, 2);

        Assert.Equal((5L, false), (_lag.Payments, _lag.IsFull));
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

        _lag.Written(0, 1, 1);
        Assert.Equal(TimeSpan.FromSeconds(1), _lag.Age);
        _lag.Written(0, 1, 2);
        _lag.Written(1, 1, 1);
        Assert.Equal(TimeSpan.Zero, _lag.Age);
    }

    /// <summary>The reader looks into the journal by itself, and may be ahead of who tells that a page is there.</summary>
    [Fact]
    public void Written_BeforeItIsToldAsCommitted_CountsForNothing()
    {
        _lag.Written(0, 1, 2);
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
        _lag.Written(0, 1, 6);
        Assert.Equal(2, _lag.Payments);
        _lag.Written(0, 2, 6);
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
