using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using Fraud.Stream;
using Fraud.Stream.Batching;
using Fraud.Stream.Kafka;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Topology;

/// <summary>
/// A stage that is busy makes the ones before it wait, up to the sources; what waits goes on together, in its order (rules 6 and 9 of
/// docs/decisions/0011). Batches have one payment each.
/// </summary>
public sealed class TopologyRoomTests() : Akka.TestKit.Xunit2.TestKit(TopologyPlayer.TestKit, "topology-room")
{
    private const int Payments = 400;
    private const int MaxBatchSize = 4;
    private const int MostInTransaction = 8;

    // At a boundary. Akka's own is sixteen.
    private const int FetchedAhead = 4;

    // Of batches that are to be scored: one held back and one whose turn it is, the call that fills and the batch that did not fit, the
    // call that goes on; and two that the source has counted and that are on their way. A lane is one thread: while it scores it fetches
    // nothing.
    private const int RoomBeforeScore = 2 + 1 + 1 + MaxBatchSize + 1 + MaxBatchSize;

    // Behind them those fetched ahead and the one whose turn it is, the transaction that fills and the call that did not fit, and the
    // transaction that waits.
    private const int RoomBeforePersist =
        RoomBeforeScore + ((FetchedAhead + 1) * MaxBatchSize) + MostInTransaction + MaxBatchSize + MostInTransaction;

    [Fact]
    public async Task Run_ModelBusy_TakesNoMoreOfKafkaThanHasRoom() => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            using var graph = new TopologyPlayer(MaxBatchSize);
            var score = graph.Lanes[0].Score;
            score.Hold();
            var kafka = new CountedBatches(graph, Payments, () => Count(score.Seen));
            var ended = graph.Run(Sys.Materializer(RunningTopology.SettingsOf(Sys)), kafka.Source);

            await Poll.Until(() => score.IsWaiting);
            Assert.Empty(graph.Persist.Seen);
            await StepThrough(score, Payments);
            graph.Lanes[0].Inlet.Complete();
            await ended.WaitAsync(Poll.Deadline);

            Assert.InRange(kafka.MostInside, 1, RoomBeforeScore);
            Assert.Equal(kafka.Made, score.Seen.SelectMany(static group => group));
            Assert.Equal(kafka.Made, graph.Persist.Seen.SelectMany(static group => group));
        },
        Sys.Materializer(RunningTopology.SettingsOf(Sys)));

    [Fact]
    public async Task Run_StoreBusy_TakesNoMoreOfKafkaThanHasRoom() => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            using var graph = new TopologyPlayer(MaxBatchSize) { MostInTransaction = MostInTransaction };
            graph.Persist.Hold();
            var kafka = new CountedBatches(graph, Payments, () => Count(graph.Persist.Seen));
            var ended = graph.Run(Sys.Materializer(RunningTopology.SettingsOf(Sys)), kafka.Source);

            await Poll.Until(() => graph.Persist.IsWaiting);
            Assert.Empty(graph.Reply.Seen);
            await StepThrough(graph.Persist, Payments);
            graph.Lanes[0].Inlet.Complete();
            await ended.WaitAsync(Poll.Deadline);

            Assert.InRange(kafka.MostInside, MostInTransaction, RoomBeforePersist);
            Assert.All(
                (PlayedStage<BatchGroup, IReadOnlyList<MicroBatch>>[])[graph.Reply, graph.Repeat, graph.Pages, graph.Measure],
                sink => Assert.Equal(kafka.Made, sink.Seen.SelectMany(static group => group)));
        },
        Sys.Materializer(RunningTopology.SettingsOf(Sys)));

    /// <summary>What came over HTTP while the model was busy is scored in one call.</summary>
    [Fact]
    public async Task Score_BusyWhilePaymentsCome_TakesAllThatWait()
    {
        using var graph = new TopologyPlayer(MaxBatchSize);
        var lane = graph.Lanes[0];
        lane.Score.Hold();
        var ended = graph.Run(Sys.Materializer(RunningTopology.SettingsOf(Sys)), Source.Empty<CommittableBatch>());
        lane.Offer(1);
        await Poll.Until(() => lane.Score.IsWaiting);

        lane.Offer(MaxBatchSize);
        await StepThrough(lane.Score, 2);
        lane.Inlet.Complete();
        await ended.WaitAsync(Poll.Deadline);

        Assert.Equal([1, MaxBatchSize], lane.Score.Seen.Select(static group => group.Sum(static batch => batch.Count)));
    }

    /// <summary>What came while the store was busy is scored in as few calls as it takes.</summary>
    [Fact]
    public async Task Score_StoreBusyWhileBatchesCome_TakesWhatWaitsAndNeverMoreThanACallMayHold()
    {
        using var graph = new TopologyPlayer(MaxBatchSize);
        var lane = graph.Lanes[0];
        graph.Persist.Hold();
        var ended = graph.Run(Sys.Materializer(RunningTopology.SettingsOf(Sys)), Source.From(Enumerable.Range(0, 100).Select(_ => graph.Read())));

        await StepThrough(graph.Persist, 100);
        lane.Inlet.Complete();
        await ended.WaitAsync(Poll.Deadline);

        Assert.All(lane.Score.Seen, static group => Assert.InRange(group.Count, 1, MaxBatchSize));
        Assert.Contains(lane.Score.Seen, static group => group.Count == MaxBatchSize);
    }

    [Fact]
    public async Task Score_ModelFree_TakesTheFirstWithoutCompany()
    {
        using var graph = new TopologyPlayer(MaxBatchSize);
        var lane = graph.Lanes[0];
        var kafka = this.CreatePublisherProbe<CommittableBatch>();
        var ended = graph.Run(Sys.Materializer(RunningTopology.SettingsOf(Sys)), Source.FromPublisher(kafka));

        for (var sent = 1; sent <= 3; sent++)
        {
            await kafka.SendNextAsync(graph.Read());
            await Poll.Until(() => graph.Reply.Seen.Count == sent);
        }

        Assert.All(lane.Score.Seen, static group => Assert.Single(group));
        await kafka.SendCompleteAsync();
        lane.Inlet.Complete();
        await ended.WaitAsync(Poll.Deadline);
    }

    [Fact]
    public async Task Score_BatchThatDoesNotFit_StaysWholeAndComesNext()
    {
        using var graph = new TopologyPlayer(MaxBatchSize);
        var lane = graph.Lanes[0];
        graph.Persist.Hold();
        int[] sizes = [1, 3, 2, 4, 1, 1, 3];
        var batches = sizes.Select(size => graph.Read(size)).ToArray();
        var ended = graph.Run(Sys.Materializer(RunningTopology.SettingsOf(Sys)), Source.From(batches));
        await Poll.Until(() => graph.Persist.IsWaiting);

        await StepThrough(graph.Persist, batches.Length);
        lane.Inlet.Complete();
        await ended.WaitAsync(Poll.Deadline);

        Assert.Equal(batches.Select(static read => read.Batch), lane.Score.Seen.SelectMany(static group => group));
        Assert.All(lane.Score.Seen, static group => Assert.InRange(group.Sum(static batch => batch.Count), 1, MaxBatchSize));
    }

    [Fact]
    public async Task Persist_BusyWhileGroupsCome_StoresTogetherWhatATransactionTakes()
    {
        using var graph = new TopologyPlayer(maxBatchSize: 1) { MostInTransaction = MostInTransaction };
        graph.Persist.Hold();
        var ended = graph.Run(Sys.Materializer(RunningTopology.SettingsOf(Sys)), Source.From(Enumerable.Range(0, 100).Select(_ => graph.Read())));
        await Poll.Until(() => graph.Persist.IsWaiting);

        await StepThrough(graph.Persist, 100);
        graph.Lanes[0].Inlet.Complete();
        await ended.WaitAsync(Poll.Deadline);

        Assert.All(graph.Persist.Seen, static group => Assert.InRange(group.Count, 1, MostInTransaction));
        Assert.Contains(graph.Persist.Seen, static group => group.Count == MostInTransaction);
    }

    /// <summary>Weighed by the commit stage: beside HTTP a payment of Kafka takes more of a transaction.</summary>
    [Fact]
    public async Task Persist_GroupsWeighMore_StoresFewerTogether()
    {
        using var graph = new TopologyPlayer(maxBatchSize: 1) { MostInTransaction = MostInTransaction, Weigh = static group => 4 * group.Payments };
        graph.Persist.Hold();
        var ended = graph.Run(Sys.Materializer(RunningTopology.SettingsOf(Sys)), Source.From(Enumerable.Range(0, 50).Select(_ => graph.Read())));
        await Poll.Until(() => graph.Persist.IsWaiting);

        await StepThrough(graph.Persist, 50);
        graph.Lanes[0].Inlet.Complete();
        await ended.WaitAsync(Poll.Deadline);

        Assert.All(graph.Persist.Seen, static group => Assert.InRange(group.Count, 1, 2));
        Assert.Contains(graph.Persist.Seen, static group => group.Count == 2);
    }

    /// <summary>Counting must not hold answers up: it does so only when its sixteen places are taken.</summary>
    [Fact]
    public async Task Run_MetricsBusy_OthersGoOnAndItGetsEverythingInItsOrder()
    {
        using var graph = new TopologyPlayer(maxBatchSize: 1) { MostInTransaction = 1 };
        graph.Measure.Hold();
        var kafka = new CountedBatches(graph, 100, static () => 0);
        var ended = graph.Run(Sys.Materializer(RunningTopology.SettingsOf(Sys)), kafka.Source);

        await Poll.Until(() => graph.Reply.Seen.Count >= 16 && graph.Pages.Seen.Count >= 16);
        Assert.Single(graph.Measure.Seen);
        graph.Measure.Release();
        graph.Lanes[0].Inlet.Complete();
        await ended.WaitAsync(Poll.Deadline);

        Assert.Equal(kafka.Made, graph.Measure.Seen.SelectMany(static group => group));
        Assert.Equal(kafka.Made, graph.Reply.Seen.SelectMany(static group => group));
    }

    [Fact]
    public async Task Run_OneLaneBusy_TheOtherGoesOn()
    {
        using var graph = new TopologyPlayer(lanes: 2);
        graph.Lanes[0].Features.Hold();
        var (busy, other) = (graph.Read(partition: 0), graph.Read(partition: 1));
        var ended = graph.Run(Sys.Materializer(RunningTopology.SettingsOf(Sys)), Source.Single(busy), Source.Single(other));

        await Poll.Until(() => graph.Measure.Seen.Count == 1);
        Assert.Equal([other.Batch], graph.Measure.Seen[0]);

        graph.Lanes[0].Features.Release();
        graph.Lanes[0].Inlet.Complete();
        graph.Lanes[1].Inlet.Complete();
        await ended.WaitAsync(Poll.Deadline);
        Assert.Equal([busy.Batch], graph.Reply.Seen[^1]);
    }

    /// <summary>The last sink that lets go of a batch gives it back. That of repeats sees only groups that have some.</summary>
    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 4)]
    public async Task Run_StoredGroup_IsHeldOnceForEachSink(bool hasRepeats, int sinks)
    {
        using var graph = new TopologyPlayer { HasRepeats = hasRepeats };
        var read = graph.Read();
        var ended = graph.Run(Sys.Materializer(RunningTopology.SettingsOf(Sys)), Source.Single(read));
        graph.Lanes[0].Inlet.Complete();
        await ended.WaitAsync(Poll.Deadline);

        Assert.Equal(hasRepeats, graph.Repeat.Seen.Count == 1);
        for (var sink = 1; sink < sinks; sink++)
        {
            read.Batch.Release();
        }

        Assert.Equal(1, read.Batch.Count);
        read.Batch.Release();
        Assert.Equal(0, read.Batch.Count);
    }

    private static int Count(IEnumerable<IReadOnlyList<MicroBatch>> groups) => groups.Sum(static group => group.Count);

    /// <summary>Lets one group go on after the other, until so many batches came.</summary>
    private static async Task StepThrough(PlayedStage<BatchGroup, IReadOnlyList<MicroBatch>> stage, int batches)
    {
        while (Count(stage.Seen) < batches)
        {
            await stage.Step();
        }

        stage.Release();
    }
}
