using Fraud.Model;
using Fraud.Stream.History;

namespace Fraud.Tests.Stream.History;

public sealed class ShardsInOrderTests
{
    [Fact]
    public void Merge_RowsOfOneShardWereWrittenLater_FollowsTheTimesOfStoring()
    {
        HistoryPayment[] first = [Stored("a1", shard: 0, position: 1, at: 10), Stored("a2", shard: 0, position: 2, at: 30)];
        HistoryPayment[] second = [Stored("b1", shard: 1, position: 3, at: 5), Stored("b2", shard: 1, position: 4, at: 20), Stored("b3", shard: 1, position: 5, at: 40)];

        Assert.Equal(["b1", "a1", "b2", "a2", "b3"], Ids(ShardsInOrder.Merge([first, [], second])));
    }

    [Fact]
    public void Merge_ClockOfANewOwnerIsBehind_KeepsTheOrderOfTheShard()
    {
        HistoryPayment[] moved = [Stored("a1", shard: 0, position: 1, at: 50), Stored("a2", shard: 0, position: 2, at: 20)];
        HistoryPayment[] other = [Stored("b1", shard: 1, position: 3, at: 30)];

        Assert.Equal(["b1", "a1", "a2"], Ids(ShardsInOrder.Merge([moved, other])));
    }

    [Fact]
    public void Merge_LeftHalfWay_ReadsNoFurther()
    {
        var read = 0;
        IEnumerable<HistoryPayment> Shard(int shard)
        {
            for (var i = 0; ; i++)
            {
                read++;
                yield return Stored("p", shard, position: i, at: i);
            }
        }

        Assert.Equal(4, ShardsInOrder.Merge([Shard(0), Shard(1)]).Take(4).Count());
        Assert.InRange(read, 4, 6);
    }

    private static IEnumerable<string> Ids(IEnumerable<HistoryPayment> payments) => payments.Select(static payment => payment.TransactionId);

    private static HistoryPayment Stored(string id, int shard, long position, long at) => new(
        position, id, "c", "t", 100, "EUR", 0, 0, Decision.Approve, "payments", "1", [], at, null, shard);
}
