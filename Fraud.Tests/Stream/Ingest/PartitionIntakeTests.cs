using Fraud.Stream.Ingest;

namespace Fraud.Tests.Stream.Ingest;

public class PartitionIntakeTests
{
    [Theory]
    [InlineData(10, 10, 0, 0)] // the next one
    [InlineData(10, 11, 0, 0)] // a transaction marker between: the log still has it
    [InlineData(10, 500, 10, 0)] // aborted or compacted records, the log reaching back to just here
    [InlineData(10, 25, 25, 15)] // the log begins behind us
    [InlineData(10, 26, 25, 15)] // ... with a marker
    [InlineData(10, 25, -1001, 15)] // an old broker that does not tell
    [InlineData(-1, 25, 25, 0)] // nothing was expected
    public void MissingBefore_OffsetSkipped_CountsOnlyWhatTheLogNoLongerHas(long expected, long came, long logStart, long missing)
    {
        Assert.Equal(missing, new PartitionIntake(0, expected).MissingBefore(came, logStart));
    }
}
