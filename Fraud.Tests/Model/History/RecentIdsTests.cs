using System.Text;
using Fraud.Model.History;

namespace Fraud.Tests.Model.History;

public sealed class RecentIdsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_024)]
    [InlineData(3_000)]
    public void Add_MoreThanItHolds_ForgetsTheOldestFirst(int capacity)
    {
        var ids = new RecentIds(capacity);
        var reference = new Queue<int>();
        var random = new Random(capacity);
        for (var i = 0; i < 20_000; i++)
        {
            var id = random.Next(capacity * 3);
            var isNew = !reference.Contains(id);
            if (isNew)
            {
                reference.Enqueue(id);
                if (reference.Count > capacity)
                {
                    reference.Dequeue();
                }
            }

            Assert.Equal(isNew, ids.Add(Encoding.UTF8.GetBytes($"payment-{id}")));
            Assert.Equal(reference.Count, ids.Count);
        }
    }

    [Fact]
    public void Add_NoCapacity_RemembersNothing()
    {
        var ids = new RecentIds(0);

        Assert.True(ids.Add("a"u8));
        Assert.True(ids.Add("a"u8));
        Assert.Equal(0, ids.Count);
    }

    [Fact]
    public void Add_IdsThatDifferInOneByte_AreAllNew()
    {
        var ids = new RecentIds(100_000);
        for (var length = 1; length <= 63; length++)
        {
            for (var at = 0; at < length; at++)
            {
                var id = new byte[length];
                id[at] = 1;
                Assert.True(ids.Add(id), $"{length} bytes, byte {at}");
            }

            Assert.True(ids.Add(new byte[length]), $"{length} zero bytes");
        }
    }
}
