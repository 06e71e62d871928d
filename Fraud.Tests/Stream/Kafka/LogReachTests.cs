using Fraud.Stream.Kafka;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>Gaps (rule 28 of docs/decisions/0011).</summary>
public sealed class LogReachTests
{
    [Theory]
    [InlineData(10, 25, 30, 25, 15, false)] // the log starts behind us
    [InlineData(10, 30, 30, 30, 20, false)] // ... and has nothing any more
    [InlineData(-1, 25, 30, 25, 0, false)] // nothing was expected
    [InlineData(31, 25, 30, 25, 0, true)] // the log ends before us
    [InlineData(1_000, 0, 5, 0, 0, true)] // a topic that was deleted and created again
    public void Of_OffsetOutsideTheLog_GoesOnAtItsStartAndCountsWhatIsGone(
        long wanted, long start, long end, long goesOn, long missing, bool endsBefore)
    {
        Assert.Equal(new LogReach(goesOn, missing, endsBefore), LogReach.Of(wanted, start, end));
    }

    [Theory]
    [InlineData(25, 25, 30)]
    [InlineData(30, 25, 30)] // the next one, which is not there yet
    public void Of_OffsetInTheLog_IsNoGap(long wanted, long start, long end)
    {
        Assert.Null(LogReach.Of(wanted, start, end));
    }
}
