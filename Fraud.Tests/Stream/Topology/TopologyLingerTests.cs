using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using Akka.TestKit;
using Fraud.Stream.Kafka;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Topology;

/// <summary>Batches that wait for company, as `Batching:Linger` says, on a clock set by hand.</summary>
public sealed class TopologyLingerTests() : Akka.TestKit.Xunit2.TestKit(
    TopologyPlayer.TestKit + "\nakka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"", "topology-linger")
{
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(200);

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    public async Task Score_CompanyIsWaitedFor_TakesAllThatCameWithinTheTimeAndNothingEarlier()
    {
        using var graph = new TopologyPlayer(maxBatchSize: 8, linger: Linger);
        var lane = graph.Lanes[0];
        var taken = 0;
        lane.Pace = read =>
        {
            Interlocked.Increment(ref taken);
            return Task.FromResult(read.Batch);
        };
        var kafka = this.CreatePublisherProbe<CommittableBatch>();
        var ended = graph.Run(Sys.Materializer(), Source.FromPublisher(kafka));
        await kafka.SendNextAsync(graph.Read());
        await kafka.SendNextAsync(graph.Read(2));
        await Poll.Until(() => Volatile.Read(ref taken) == 2);

        Clock.Advance(Linger - TimeSpan.FromMilliseconds(1));
        Assert.Empty(lane.Score.Seen);
        await Poll.Until(() =>
        {
            Clock.Advance(TimeSpan.FromMilliseconds(1));
            return lane.Score.Seen.Count == 1;
        });

        Assert.Equal(2, lane.Score.Seen[0].Count);
        await kafka.SendCompleteAsync();
        lane.Inlet.Complete();
        await ended.WaitAsync(Poll.Deadline);
    }

    [Fact]
    public async Task Score_CallIsFull_DoesNotWait()
    {
        using var graph = new TopologyPlayer(maxBatchSize: 4, linger: Linger);
        var lane = graph.Lanes[0];
        var kafka = this.CreatePublisherProbe<CommittableBatch>();
        var ended = graph.Run(Sys.Materializer(), Source.FromPublisher(kafka));

        await kafka.SendNextAsync(graph.Read(3));
        await kafka.SendNextAsync(graph.Read(3));
        await kafka.SendNextAsync(graph.Read(1));

        // The clock stands still: the second did not fit, the third made its group full.
        await Poll.Until(() => lane.Score.Seen.Count == 2);
        Assert.Equal([1, 2], lane.Score.Seen.Select(static group => group.Count));
        await kafka.SendCompleteAsync();
        lane.Inlet.Complete();
        await ended.WaitAsync(Poll.Deadline);
    }

    [Fact]
    public async Task Run_SourcesCompleteWhileCompanyIsWaitedFor_ScoresWhatWaitsAtOnce()
    {
        using var graph = new TopologyPlayer(maxBatchSize: 8, linger: Linger);
        var read = graph.Read();
        var ended = graph.Run(Sys.Materializer(), Source.Single(read));
        graph.Lanes[0].Inlet.Complete();

        await ended.WaitAsync(Poll.Deadline);

        Assert.Equal([read.Batch], Assert.Single(graph.Reply.Seen));
    }
}
