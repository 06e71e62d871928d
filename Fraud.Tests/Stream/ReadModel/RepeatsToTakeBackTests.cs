using Fraud.Stream.Journal;
using Fraud.Stream.ReadModel;

namespace Fraud.Tests.Stream.ReadModel;

public sealed class RepeatsToTakeBackTests
{
    private static readonly JournalPlace First = new(5, 2);
    private static readonly JournalPlace Second = new(7, 0);

    [Fact]
    public void Due_ReaderIsBehindTheClaim_IsNothing()
    {
        var repeats = new RepeatsToTakeBack(claimedSequence: 9);

        Assert.Empty(repeats.Due(8, [First]));
        Assert.Equal([First], repeats.Due(9, [First]));
    }

    [Fact]
    public void Due_SomeAreSent_IsTheOthersInOrder()
    {
        var repeats = new RepeatsToTakeBack(claimedSequence: 9);
        var third = new JournalPlace(7, 1);
        repeats.Sent(Second);

        Assert.Equal([First, third], repeats.Due(9, [third, Second, First]));
        Assert.Equal([First, third], repeats.Due(10, [third, Second, First]));
    }

    [Fact]
    public void Due_NoteWasClosed_IsForgottenWithIt()
    {
        var repeats = new RepeatsToTakeBack(claimedSequence: 0);
        repeats.Sent(First);

        Assert.Equal([Second], repeats.Due(9, [Second]));
        // Of a store that was put back, which a claim follows.
        Assert.Equal([First, Second], repeats.Due(9, [First, Second]));
    }
}
