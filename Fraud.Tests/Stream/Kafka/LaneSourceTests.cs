using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using Fraud.Stream.Batching;
using Fraud.Stream.Kafka;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>A lane as a stage: an element for each that is asked for, an end without being asked.</summary>
public sealed class LaneSourceTests() : Akka.TestKit.Xunit2.TestKit(PartitionsHost.TestKit, "lane-source")
{
    private readonly MicroBatchPool _batches = new(batchCapacity: 1, maxIdle: 4);
    private readonly LaneQueue _queue = new(capacity: 3, static () => { });

    [Fact]
    public async Task Source_BatchesWaiting_GivesOneForEachThatIsAskedFor()
    {
        var probe = Materialize();
        await probe.EnsureSubscriptionAsync();
        _queue.Offer(Batch(0));
        _queue.Offer(Batch(1));
        _queue.Offer(Batch(2));
        Assert.Equal(3, _queue.Count);

        Assert.Equal(1, (await probe.RequestNextAsync()).Offset.Next);
        Assert.Equal(2, _queue.Count);
        Assert.Equal(2, (await probe.RequestNextAsync()).Offset.Next);
        Assert.Equal(1, _queue.Count);
    }

    [Fact]
    public async Task Source_AskedBeforeThereIsAny_GivesItWhenItComes()
    {
        var probe = Materialize();
        await probe.RequestAsync(2);
        await Poll.Until(() => _queue.IsAwaited);

        _queue.Offer(Batch(0));
        Assert.Equal(1, (await probe.ExpectNextAsync(Poll.Deadline, default)).Offset.Next);
        _queue.Offer(Batch(1));
        Assert.Equal(2, (await probe.ExpectNextAsync(Poll.Deadline, default)).Offset.Next);
    }

    [Fact]
    public async Task Source_PartitionTakenAwayWhileItIsWokenForIt_GivesTheNextOne()
    {
        var probe = Materialize();
        await probe.RequestAsync(1);
        await Poll.Until(() => _queue.IsAwaited);

        _queue.Offer(Batch(0, partition: 1));
        _queue.Discard(1);
        _queue.Offer(Batch(7, partition: 2));

        var first = await probe.ExpectNextAsync(Poll.Deadline, default);
        if (first.Partition == 1)
        {
            // It was taken before it was discarded.
            first = await probe.RequestNextAsync();
        }

        Assert.Equal(2, first.Partition);
    }

    [Fact]
    public async Task Source_Ended_GivesWhatWaitsThenCompletesUnasked() => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            var probe = Materialize();
            await probe.EnsureSubscriptionAsync();
            _queue.Offer(Batch(0));
            _queue.End();
            Assert.False(_queue.IsDone);

            Assert.Equal(1, (await probe.RequestNextAsync()).Offset.Next);
            await probe.ExpectCompleteAsync();
            await Poll.Until(() => _queue.IsDone);
            Assert.False(_queue.IsCancelled);
        },
        Sys.Materializer());

    [Fact]
    public async Task Source_EndedWithNothingWaiting_CompletesUnasked() => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            var probe = Materialize();
            await probe.EnsureSubscriptionAsync();

            _queue.End();

            await probe.ExpectCompleteAsync();
        },
        Sys.Materializer());

    [Fact]
    public async Task Source_EndedBeforeItRuns_Completes()
    {
        _queue.End();

        await Materialize().ExpectSubscriptionAndCompleteAsync();
    }

    [Fact]
    public async Task Source_Aborted_FailsWithTheReasonAndGivesNothingMore() => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            var probe = Materialize();
            await probe.EnsureSubscriptionAsync();
            _queue.Offer(Batch(0));
            var reason = new InvalidOperationException("why");

            _queue.Abort(reason);

            Assert.Same(reason, await probe.ExpectErrorAsync());
        },
        Sys.Materializer());

    [Fact]
    public async Task Source_Cancelled_GivesBackWhatWaitsAndSaysSo() => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            var probe = Materialize();
            await probe.EnsureSubscriptionAsync();
            var waiting = Batch(0);
            _queue.Offer(waiting);

            await probe.CancelAsync();

            await Poll.Until(() => _queue.IsCancelled);
            Assert.True(_queue.IsDone);
            Assert.Equal(0, _queue.Count);
            var late = Batch(1);
            _queue.Offer(late);
            Assert.Equal(0, _queue.Count);
            // Both were given back, which can be done once.
            Assert.Throws<InvalidOperationException>(waiting.Batch.Release);
            Assert.Throws<InvalidOperationException>(late.Batch.Release);
        },
        Sys.Materializer());

    [Fact]
    public async Task Source_ReadBySecondStream_FailsThatOne()
    {
        var first = Materialize();
        await first.EnsureSubscriptionAsync();

        await Materialize().ExpectSubscriptionAndErrorAsync();

        _queue.Offer(Batch(0));
        Assert.Equal(1, (await first.RequestNextAsync()).Offset.Next);
    }

    [Fact]
    public void Offer_NoRoom_IsAMistake()
    {
        _queue.Offer(Batch(0));
        _queue.Offer(Batch(1));
        _queue.Offer(Batch(2));

        Assert.False(_queue.HasRoom);
        Assert.Throws<InvalidOperationException>(() => _queue.Offer(Batch(3)));
    }

    private TestSubscriber.Probe<CommittableBatch> Materialize() =>
        Source.FromGraph(new LaneSource(_queue)).RunWith(this.SinkProbe<CommittableBatch>(), Sys.Materializer());

    private CommittableBatch Batch(long offset, int partition = 0)
    {
        var batch = _batches.Rent();
        batch.Swap(new Payment { KafkaOffset = offset });
        return new CommittableBatch(batch, new CommittableOffset(partition, 1, offset + 1));
    }
}
