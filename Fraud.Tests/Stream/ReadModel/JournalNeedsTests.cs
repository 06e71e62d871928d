using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;

namespace Fraud.Tests.Stream.ReadModel;

public sealed class JournalNeedsTests
{
    [Theory]
    [InlineData(5, 9, 9, null, 5)]
    [InlineData(9, 5, 9, null, 5)]
    [InlineData(9, 9, 5, null, 5)]
    [InlineData(9, 8, 9, 3L, 2)]
    [InlineData(3, 8, 8, 8L, 3)]
    [InlineData(0, 8, 8, null, 0)]
    [InlineData(9, 8, 0, null, 0)]
    [InlineData(9, 8, 9, 1L, 0)]
    public void LastUnneeded_AnyNeeds_IsTheLeastOfThem(long snapshot, long rows, long alerts, long? repeat, long expected)
    {
        var needs = new JournalNeeds(snapshot, rows, alerts, repeat is { } sequence ? new JournalPlace(sequence, 4) : null);

        Assert.Equal(expected, needs.LastUnneeded);
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    public void MayIdsLeave_OthersFillTheWindow_IsTrue(long behind, bool expected) => Assert.Equal(expected, JournalNeeds.MayIdsLeave(behind, maxIds: 10));
}
