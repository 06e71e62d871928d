using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using Fraud.Stream.Batching;
using Fraud.Stream.Kafka;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Topology;

/// <summary>How the graph ends: whole, when its sources do, or with the reason of the stage that failed, and nothing runs on (rule 18 of docs/decisions/0011).</summary>
public sealed class TopologyEndsTests() : Akka.TestKit.Xunit2.TestKit(TopologyPlayer.TestKit, "topology-ends")
{
    [Fact]
    public async Task Run_SourcesComplete_DrainsWhatIsInsideThenCompletes() => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            using var graph = new TopologyPlayer(batchCapacity: 1);
            graph.Persist.Hold();
            graph.Lanes[0].Offer(3);
            var kafka = this.CreatePublisherProbe<CommittableBatch>();
            var ended = graph.Run(Sys.Materializer(), Source.FromPublisher(kafka));
            await kafka.SendNextAsync(graph.Read());
            await Poll.Until(() => graph.Persist.IsWaiting);

            await kafka.SendCompleteAsync();
            graph.Lanes[0].Inlet.Complete();
            Assert.False(ended.IsCompleted);
            graph.Persist.Release();
            await ended.WaitAsync(Poll.Deadline);

            Assert.Equal(4, graph.Measure.Seen.Sum(static group => group.Count));
        },
        Sys.Materializer());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_OneSourceCompletes_TheOtherGoesOn(bool isKafkaFirst) => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            using var graph = new TopologyPlayer();
            var lane = graph.Lanes[0];
            var kafka = this.CreatePublisherProbe<CommittableBatch>();
            var ended = graph.Run(Sys.Materializer(), Source.FromPublisher(kafka));
            lane.Offer(1);
            await kafka.SendNextAsync(graph.Read());
            await Poll.Until(() => graph.Reply.Seen.Sum(static group => group.Count) == 2);

            if (isKafkaFirst)
            {
                await kafka.SendCompleteAsync();
                lane.Offer(1);
            }
            else
            {
                lane.Inlet.Complete();
                await kafka.SendNextAsync(graph.Read());
            }

            await Poll.Until(() => graph.Reply.Seen.Sum(static group => group.Count) == 3);
            Assert.False(ended.IsCompleted);
            lane.Inlet.Complete();
            if (!isKafkaFirst)
            {
                await kafka.SendCompleteAsync();
            }

            await ended.WaitAsync(Poll.Deadline);
        },
        Sys.Materializer());

    public static TheoryData<string> Places => new("features", "score", "pace", "weigh", "persist", "reply", "repeat", "pages", "measure");

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Run_StageFails_FailsWithItsReasonAndCancelsTheSources(string place) => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            var reason = new InvalidOperationException(place);
            using var graph = new TopologyPlayer(lanes: 2)
            {
                Weigh = group => place == "weigh" ? throw reason : group.Payments,
            };
            var (lane, other) = (graph.Lanes[0], graph.Lanes[1]);
            FailAt(graph, place, reason);
            var (kafka, beside) = (this.CreatePublisherProbe<CommittableBatch>(), this.CreatePublisherProbe<CommittableBatch>());
            var ended = graph.Run(Sys.Materializer(), Source.FromPublisher(kafka), Source.FromPublisher(beside));
            await beside.EnsureSubscriptionAsync();

            await kafka.SendNextAsync(graph.Read());

            Assert.Same(reason, await Reason(ended));
            await kafka.ExpectCancellationAsync();
            await beside.ExpectCancellationAsync();
            // No one takes what comes to the door after that.
            lane.Offer(1);
            other.Offer(1);
            Assert.Single(lane.Inlet.TakeUnfinished());
            Assert.Single(other.Inlet.TakeUnfinished());
        },
        Sys.Materializer());

    [Fact]
    public async Task Run_KafkaFails_FailsWithItsReason() => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            using var graph = new TopologyPlayer();
            var kafka = this.CreatePublisherProbe<CommittableBatch>();
            var ended = graph.Run(Sys.Materializer(), Source.FromPublisher(kafka));
            var reason = new InvalidOperationException("kafka");

            await kafka.SendErrorAsync(reason);

            Assert.Same(reason, await Reason(ended));
        },
        Sys.Materializer());

    /// <summary>One that is in mid-commit ends it; nothing behind hears of the group any more.</summary>
    [Fact]
    public async Task Run_LaneFailsWhileTheStoreWrites_EndsWhenTheStoreHas() => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            using var graph = new TopologyPlayer(maxBatchSize: 1) { MostInTransaction = 1 };
            var lane = graph.Lanes[0];
            graph.Persist.Hold();
            var kafka = this.CreatePublisherProbe<CommittableBatch>();
            var ended = graph.Run(Sys.Materializer(), Source.FromPublisher(kafka));
            await kafka.SendNextAsync(graph.Read());
            await Poll.Until(() => graph.Persist.IsWaiting);

            var reason = new InvalidOperationException("features");
            lane.Features.Fail(reason);
            await kafka.SendNextAsync(graph.Read());
            await kafka.ExpectCancellationAsync();
            graph.Persist.Release();

            Assert.Same(reason, await Reason(ended));
            Assert.Single(graph.Persist.Seen);
        },
        Sys.Materializer());

    private static void FailAt(TopologyPlayer graph, string place, Exception reason)
    {
        switch (place)
        {
            case "features":
                graph.Lanes[0].Features.Fail(reason);
                break;
            case "score":
                graph.Lanes[0].Score.Fail(reason);
                break;
            case "pace":
                graph.Lanes[0].Pace = _ => Task.FromException<MicroBatch>(reason);
                break;
            case "persist":
                graph.Persist.Fail(reason);
                break;
            case "reply":
                graph.Reply.Fail(reason);
                break;
            case "repeat":
                graph.Repeat.Fail(reason);
                break;
            case "pages":
                graph.Pages.Fail(reason);
                break;
            case "measure":
                graph.Measure.Fail(reason);
                break;
        }
    }

    private static async Task<Exception> Reason(Task ended)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => ended.WaitAsync(Poll.Deadline));
        return error is AggregateException { InnerException: { } inner } ? inner : error;
    }
}
