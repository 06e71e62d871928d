using Fraud.Stream.ReadModel;

namespace Fraud.Tests.Stream.Storage;

public abstract partial class FraudStoreContract
{
    [Fact]
    public void Raise_UnderTheClaim_OnlyRaises()
    {
        var positions = Store.Positions;
        Assert.Empty(positions.Read("alerts"));
        Assert.Equal(0, positions.Take("alerts", 2, 4));
        Assert.Equal(0, positions.Take("alerts", 0, 1));

        Assert.Empty(positions.Raise("alerts", [new ReaderPosition(2, 4, 7), new ReaderPosition(0, 1, 1)]));
        Assert.Empty(positions.Raise("alerts", [new ReaderPosition(2, 4, 5)]));

        Assert.Equal([(0, 1L), (2, 7L)], positions.Read("alerts").Select(static each => (each.Key, each.Value)).Order());
        // Another reader's are its own.
        Assert.Empty(positions.Read("others"));
        Assert.Equal(0, positions.Take("others", 2, 4));
    }

    [Fact]
    public void Raise_UnderAClaimThatIsOver_TouchesTheOthersOnly()
    {
        var positions = Store.Positions;
        positions.Take("alerts", 2, 4);
        positions.Take("alerts", 3, 4);
        positions.Raise("alerts", [new ReaderPosition(2, 4, 7)]);
        Assert.Equal(7, positions.Take("alerts", 2, 5));

        Assert.Equal([1, 2], positions.Raise("alerts", [new ReaderPosition(2, 4, 9), new ReaderPosition(3, 4, 1), new ReaderPosition(1, 1, 1)]).Order());

        Assert.Equal([(2, 7L), (3, 1L)], positions.Read("alerts").Select(static each => (each.Key, each.Value)).Order());
        Assert.Null(positions.Take("alerts", 2, 4));
        Assert.Equal(7, positions.Take("alerts", 2, 5));
    }
}
