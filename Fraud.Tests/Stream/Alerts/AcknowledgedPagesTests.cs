using Fraud.Stream.Alerts;
using Fraud.Stream.ReadModel;

namespace Fraud.Tests.Stream.Alerts;

public sealed class AcknowledgedPagesTests
{
    private readonly AcknowledgedPages _pages = new();

    [Fact]
    public void Acknowledged_InAnyOrder_RaisesThePositionOverWhatIsWhole()
    {
        Assert.Equal(4, _pages.Take(0, 1, 4));
        Add(0, 5, 2);
        Add(0, 6, 0);
        Add(0, 7, 1);
        Add(0, 8, 0);
        Assert.Equal((4, 4), (Position(0), _pages.Ahead));

        _pages.Acknowledged(0, 1, 7);
        _pages.Acknowledged(0, 1, 5);
        Assert.Equal(4, Position(0));

        _pages.Acknowledged(0, 1, 5);
        Assert.Equal((8, 0), (Position(0), _pages.Ahead));
    }

    [Fact]
    public void Add_PageWithoutRecords_IsDoneAtOnce()
    {
        _pages.Take(0, 1, 0);

        Add(0, 1, 0);

        Assert.Equal([new ReaderPosition(0, 1, 1)], _pages.Raised);
    }

    [Fact]
    public void Raised_AfterItWasSaved_HasWhatIsFurtherOnly()
    {
        _pages.Take(0, 1, 0);
        _pages.Take(1, 3, 8);
        Add(0, 1, 0);
        var raised = _pages.Raised.ToArray();
        Add(0, 2, 0);

        _pages.Saved(raised);

        Assert.Equal([new ReaderPosition(0, 1, 2)], _pages.Raised);
        Assert.Equal([new ReaderPosition(0, 1, 2), new ReaderPosition(1, 3, 8)], _pages.All);
        _pages.Saved(_pages.All);
        Assert.Empty(_pages.Raised);
    }

    /// <summary>What Kafka has is not sent again because the store was away for a moment.</summary>
    [Fact]
    public void Take_UnderTheSameClaim_GoesOnBehindWhatWasAcknowledged()
    {
        _pages.Take(0, 1, 0);
        Add(0, 1, 0);
        Add(0, 2, 1);

        Assert.Equal(1, _pages.Take(0, 1, 0));

        Assert.Equal([new ReaderPosition(0, 1, 1)], _pages.Raised);
        // Of what was on its way before.
        _pages.Acknowledged(0, 1, 1);
        Add(0, 2, 1);
        _pages.Acknowledged(0, 1, 2);
        Assert.Equal(2, Position(0));
    }

    /// <summary>Pages of another claim may be others under the same numbers, after a restore.</summary>
    [Fact]
    public void Take_UnderTheNextClaim_GoesOnWhereTheStoreSays()
    {
        _pages.Take(0, 1, 0);
        Add(0, 1, 0);
        Add(0, 2, 1);

        Assert.Equal(0, _pages.Take(0, 2, 0));

        _pages.Acknowledged(0, 1, 2);
        Assert.Equal(0, Position(0));
        Assert.Throws<ArgumentException>(() => Add(0, 1, 0));
        _pages.Add(new FollowedPage(0, 2, 1, default), 0);
        Assert.Equal(1, Position(0));
    }

    [Fact]
    public void Leave_OrGap_CountsNothing()
    {
        _pages.Take(0, 1, 0);
        Assert.Throws<ArgumentException>(() => Add(0, 2, 0));

        Add(0, 1, 1);
        _pages.Leave(0);
        _pages.Acknowledged(0, 1, 1);

        Assert.Empty(_pages.All);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Acknowledged_AnyOrderOfManyPages_IsNeverAheadOfOneThatIsMissing(int seed)
    {
        var random = new Random(seed);
        _pages.Take(0, 1, 0);
        var left = new List<long>();
        long last = 0, before = 0;
        for (var step = 0; step < 2_000; step++)
        {
            if (random.Next(3) == 0 || left.Count == 0)
            {
                var records = random.Next(4);
                Add(0, ++last, records);
                left.AddRange(Enumerable.Repeat(last, records));
            }
            else
            {
                var at = random.Next(left.Count);
                _pages.Acknowledged(0, 1, left[at]);
                left.RemoveAt(at);
            }

            var expected = left.Count > 0 ? left.Min() - 1 : last;
            Assert.Equal(expected, Position(0));
            Assert.InRange(Position(0), before, last);
            before = Position(0);
        }
    }

    private void Add(int shard, long sequence, int records) => _pages.Add(new FollowedPage(shard, 1, sequence, default), records);

    private long Position(int shard) => _pages.All.Single(position => position.Shard == shard).Position;
}
