using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using Fraud.Model.History;
using Fraud.Stream.Batching;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Tests.Stream.Kafka;
using Fraud.Tests.Stream.Topology;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.State;

/// <summary>The mouth of a lane as the source that its graph draws from: a batch for each that is asked for, of all that waits then.</summary>
public sealed class LaneInletSourceTests : Akka.TestKit.Xunit2.TestKit
{
    private const int Capacity = 6;

    private readonly InFlight _inFlight = new();
    private readonly LaneInlet _inlet;

    public LaneInletSourceTests() : base(PartitionsHost.TestKit, "lane-inlet") =>
        _inlet = TopologyPlayer.NewInlet(new MicroBatchPool(batchCapacity: 4, maxIdle: 0), _inFlight, Capacity);

    [Fact]
    public async Task Source_NotAsked_TakesNothing() => await Stopped(async probe =>
    {
        Offer(Capacity);

        // All places of the door are taken, so nothing left them.
        Assert.False(_inlet.TryOffer(new Payment()));
        Assert.Equal(0, _inFlight.Count);

        Assert.Equal(4, (await probe.RequestNextAsync()).Count);
        Offer(4);
        Assert.False(_inlet.TryOffer(new Payment()));
        Assert.Equal(1, _inFlight.Count);
        await probe.CancelAsync();
    });

    [Fact]
    public async Task Source_AskedOneByOne_GivesWhatWaitsThenInItsOrder() => await Stopped(async probe =>
    {
        var payments = Offer(5);
        Assert.Equal(payments[..4], (await probe.RequestNextAsync()).Payments.ToArray());
        Assert.Equal(payments[4..], (await probe.RequestNextAsync()).Payments.ToArray());

        // Asked before anything is there: what comes first goes at once, without company.
        await probe.RequestAsync(1);
        var next = Offer(1);
        Assert.Equal(next, (await probe.ExpectNextAsync(Poll.Deadline, default)).Payments.ToArray());
        await probe.CancelAsync();
    });

    /// <summary>Rule 7 of docs/decisions/0011: a marker is alone, and divides what came before from what came after.</summary>
    [Fact]
    public async Task Source_MarkerAmongPayments_IsABatchOfItsOwnInItsPlace() => await Stopped(async probe =>
    {
        var marker = new ShardMarker(
            MarkerKind.Snapshot, new OpenShard(CommitCursor.At(ShardHead.New(0)), new Profile(new ProfileOptions(), 1).NewCards()), static _ => { });
        var before = Offer(2);
        Assert.True(_inlet.TrySend(marker));
        var after = Offer(1);

        Assert.Equal(before, (await probe.RequestNextAsync()).Payments.ToArray());
        var alone = await probe.RequestNextAsync();
        Assert.Equal((marker, 0), (alone.Marker, alone.Count));
        Assert.Equal(after, (await probe.RequestNextAsync()).Payments.ToArray());
        await probe.CancelAsync();
    });

    [Fact]
    public async Task Source_Completed_GivesWhatWaitsThenCompletes() => await Stopped(async probe =>
    {
        Offer(1);
        _inlet.Complete();

        Assert.Equal(1, (await probe.RequestNextAsync()).Count);
        await probe.RequestAsync(1);
        await probe.ExpectCompleteAsync();
    });

    [Fact]
    public async Task Source_Cancelled_LeavesWhatWaitsToWhoAsksForItAfterwards()
    {
        Payment[] payments = [];
        await Stopped(async probe =>
        {
            payments = Offer(5);
            Assert.Equal(4, (await probe.RequestNextAsync()).Count);
            await probe.CancelAsync();
        });

        Assert.Equal([payments[4]], _inlet.TakeUnfinished());
        Assert.Equal(1, _inFlight.Count);
    }

    /// <summary>A reader that sleeps when its graph is cancelled is woken by the next payment, which must not go to it.</summary>
    [Fact]
    public async Task Source_CancelledWhileItWaits_TheNextPaymentIsStillThere()
    {
        await Stopped(async probe =>
        {
            await probe.RequestAsync(1);
            await probe.CancelAsync();
        });

        var payment = Assert.Single(Offer(1));

        // With the graph that ended, or at the door: who ends it finds it once.
        Assert.Equal(
            [payment], _inlet.TakeUnfinished().Concat(_inFlight.TakeAll().SelectMany(static batch => batch.Payments.ToArray())));
    }

    private Payment[] Offer(int count)
    {
        var payments = Enumerable.Range(0, count).Select(static _ => new Payment()).ToArray();
        Assert.All(payments, payment => Assert.True(_inlet.TryOffer(payment)));
        return payments;
    }

    private Task Stopped(Func<TestSubscriber.Probe<MicroBatch>, Task> test) => this.AssertAllStagesStoppedAsync(
        async () =>
        {
            var probe = Source.From(() => _inlet.HttpBatches()).RunWith(this.SinkProbe<MicroBatch>(), Sys.Materializer());
            await probe.EnsureSubscriptionAsync();
            await test(probe);
        },
        Sys.Materializer());
}
