using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using Fraud.Stream.Batching;
using Fraud.Stream.Kafka;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Topology;

/// <summary>
/// Where payments over HTTP and from Kafka come together: of five turns about four are for callers who wait, measured, because the merge
/// draws them by chance (rule 21 of docs/decisions/0011).
/// </summary>
public sealed class TopologyTurnsTests() : Akka.TestKit.Xunit2.TestKit(TopologyPlayer.TestKit, "topology-turns")
{
    private const int Offered = 2_000;

    // A fifth of them is 300 and a quarter 375, and chance is off by 85 less than once in a million times.
    private const int Turns = 1_500;

    [Fact]
    public async Task Lane_BothHaveSomething_TakesThreeToFourOfHttpForOneOfKafka()
    {
        using var graph = new TopologyPlayer(batchCapacity: 1);
        var lane = graph.Lanes[0];
        lane.Offer(Offered);
        var ended = graph.Run(Sys.Materializer(), Queue(graph, Offered));

        var taken = await WhileBothHave(lane);
        var ofKafka = taken.Count(static batch => batch.IsFromKafka);
        // A turn that comes before HTTP's next batch is there is Kafka's as well.
        Assert.InRange(ofKafka, (Turns / 5) - 85, (Turns / 4) + 85);
        await End(lane, ended);
    }

    /// <summary>Neither is passed over for long while the other has something all the time.</summary>
    [Fact]
    public async Task Lane_BothHaveSomething_NeitherWaitsForLong()
    {
        using var graph = new TopologyPlayer(batchCapacity: 1);
        var lane = graph.Lanes[0];
        lane.Offer(Offered);
        var ended = graph.Run(Sys.Materializer(), Queue(graph, Offered));

        var taken = await WhileBothHave(lane);
        // That Kafka's turn stays away a hundred times has a chance of one in ten million.
        Assert.InRange(Longest(taken, static batch => !batch.IsFromKafka), 1, 100);
        Assert.InRange(Longest(taken, static batch => batch.IsFromKafka), 1, 12);
        await End(lane, ended);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lane_OneHasNothing_TheOtherHasEveryTurn(bool hasHttp)
    {
        using var graph = new TopologyPlayer(batchCapacity: 1);
        var lane = graph.Lanes[0];
        lane.Offer(hasHttp ? 50 : 0);
        // Both are open: the one that has nothing is waited for by no one.
        var kafka = new LaneQueue(capacity: 50, static () => { });
        Fill(kafka, graph, hasHttp ? 0 : 50);
        var ended = graph.Run(Sys.Materializer(), Source.FromGraph(new LaneSource(kafka)));

        await Poll.Until(() => lane.Taken.Count == 50);
        Assert.All(lane.Taken, batch => Assert.Equal(!hasHttp, batch.IsFromKafka));
        kafka.End();
        await End(lane, ended);
    }

    [Fact]
    public async Task Lane_KafkaHeldBack_HttpHasEveryTurnAndOneBatchIsHeld()
    {
        using var graph = new TopologyPlayer(batchCapacity: 1);
        var lane = graph.Lanes[0];
        var (asked, may) = (0, new TaskCompletionSource());
        lane.Pace = async read =>
        {
            Interlocked.Increment(ref asked);
            await may.Task;
            return read.Batch;
        };
        lane.Offer(50);
        var ended = graph.Run(Sys.Materializer(), Queue(graph, 20));

        await Poll.Until(() => lane.Taken.Count == 50);
        Assert.Equal(1, Volatile.Read(ref asked));
        Assert.All(lane.Taken, static batch => Assert.False(batch.IsFromKafka));

        may.SetResult();
        await Poll.Until(() => lane.Taken.Count == 70);
        await End(lane, ended);
    }

    /// <summary>What comes in one way keeps its order, whatever comes in between (rule 6).</summary>
    [Fact]
    public async Task Run_BothHaveSomething_EachKeepsItsOrderUpToTheCommit()
    {
        using var graph = new TopologyPlayer(batchCapacity: 1);
        var lane = graph.Lanes[0];
        var http = Enumerable.Range(0, 200).Select(static i => new Payment { ReplyIndex = i }).ToArray();
        Assert.All(http, payment => Assert.True(lane.Inlet.TryOffer(payment)));
        var ended = graph.Run(Sys.Materializer(), Queue(graph, 200));
        lane.Inlet.Complete();
        await ended.WaitAsync(Poll.Deadline);

        var stored = graph.Persist.Seen.SelectMany(static group => group).ToArray();
        Assert.Equal(
            http, stored.Where(static batch => !batch.IsFromKafka).SelectMany(static batch => batch.Payments.ToArray()));
        Assert.Equal(
            Enumerable.Range(0, 200).Select(static i => (long)i),
            stored.Where(static batch => batch.IsFromKafka).Select(static batch => batch.Payments[0].KafkaOffset));
    }

    /// <summary>What was taken in the turns from the first of HTTP on: until that source has begun, Kafka's has every turn.</summary>
    private static async Task<IReadOnlyList<MicroBatch>> WhileBothHave(PlayedLane lane)
    {
        IReadOnlyList<MicroBatch> taken = [];
        await Poll.Until(() => (taken = [.. lane.Taken.SkipWhile(static batch => batch.IsFromKafka).Take(Turns)]).Count == Turns);
        return taken;
    }

    private static int Longest(IEnumerable<MicroBatch> batches, Func<MicroBatch, bool> isOfTheOther)
    {
        var (longest, now) = (0, 0);
        foreach (var batch in batches)
        {
            now = isOfTheOther(batch) ? now + 1 : 0;
            longest = Math.Max(longest, now);
        }

        return longest;
    }

    /// <summary>A lane's source as it is, with so many batches in it and no more to come.</summary>
    private static Source<CommittableBatch, NotUsed> Queue(TopologyPlayer graph, int batches)
    {
        var queue = new LaneQueue(batches, static () => { });
        Fill(queue, graph, batches);
        queue.End();
        return Source.FromGraph(new LaneSource(queue));
    }

    private static void Fill(LaneQueue queue, TopologyPlayer graph, int batches)
    {
        for (var i = 0; i < batches; i++)
        {
            queue.Offer(graph.Read());
        }
    }

    private static async Task End(PlayedLane lane, Task ended)
    {
        lane.Inlet.Complete();
        await ended.WaitAsync(Poll.Deadline);
    }
}
