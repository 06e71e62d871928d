using System.Text;
using Fraud.Stream.State;

namespace Fraud.Tests.Stream.State;

public class ShardRouterTests
{
    // Values of Kafka's own UtilsTest.testMurmur2.
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void ShardOf_KeysOfKafkasOwnTest_AgreesWithKafka(string key, int murmur2)
    {
        // A prime near 2^31 keeps almost all bits of the hash visible.
        const int shards = 2_147_483_629;

        var shard = new ShardRouter(shards).ShardOf(Encoding.UTF8.GetBytes(key));

        Assert.Equal((murmur2 & 0x7fffffff) % shards, shard);
    }

    [Fact]
    public void ShardOf_ManyCards_SpreadsEvenly()
    {
        const int shards = 6;
        const int cards = 60_000;
        var router = new ShardRouter(shards);
        var counts = new int[shards];
        for (var card = 0; card < cards; card++)
        {
            counts[router.ShardOf(Encoding.UTF8.GetBytes($"card-{card}"))]++;
        }

        // Five standard deviations of a binomial around the mean of 10,000 are about 460.
        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }
}
