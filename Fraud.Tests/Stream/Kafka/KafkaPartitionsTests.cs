using Akka.Streams.TestKit;
using Fraud.Stream.Batching;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Kafka.PartitionsProbe;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>What lanes get, and that they get it as fast as they ask: backpressure down to the client.</summary>
public sealed class KafkaPartitionsTests() : EmbeddedPartitions("kafkapartitions")
{
    [Fact]
    public async Task Lane_AskedForOneAfterTheOther_GivesBatchesOfOnePartitionInOrder()
    {
        Feed(0, 10);
        Feed(1, 10);
        await using var host = Host();
        var probe = host.Probe(this, Materializer);
        await host.Assign(0);
        await host.Assign(1);

        var batches = await probe.Take(20);

        Assert.Equal(Range(0, 10), batches.Where(static batch => batch.Partition == 0).Offsets());
        Assert.Equal(Range(0, 10), batches.Where(static batch => batch.Partition == 1).Offsets());
        Assert.All(batches, static batch => Assert.Equal(1, batch.Offset.Generation));
        Assert.Equal((20, 2, 0), (host.Counters.RecordsRead, host.Counters.Partitions, host.Counters.RecordsMissing));
    }

    [Fact]
    public async Task Lane_BusyWhileRecordsCome_GivesFullBatches()
    {
        await using var host = Host();
        var probe = host.Probe(this, Materializer);
        await host.Assign(0);
        await probe.EnsureSubscriptionAsync();

        // No more than has room when they come one by one: two batches of one wait, and four full ones are held.
        Feed(0, 16);
        await Poll.Until(() => host.Counters.RecordsRead >= 16);
        var batches = await probe.Take(16);

        // The first ones are what was there when the lane had nothing; the others waited, and filled.
        Assert.Equal(Range(0, 16), batches.Offsets());
        Assert.Contains(batches, static batch => batch.Payments.Count == PartitionsHost.BatchCapacity);
        Assert.InRange(batches.Count, 4, 6);
    }

    [Fact]
    public async Task Lane_NotAsked_PausesItsPartitionWhileAnotherFlowsThenGoesOnWithoutALoss()
    {
        const int count = 400;
        Feed(0, count);
        Feed(1, count);
        await using var host = Host(lanes: 2);
        var still = host.Probe(this, Materializer, lane: 0);
        var flowing = host.Probe(this, Materializer, lane: 1);
        await still.EnsureSubscriptionAsync();
        await host.Assign(0);
        await host.Assign(1);

        Assert.Equal(Range(0, count), (await flowing.Take(count)).Offsets());
        await Poll.Until(() => host.Counters.PausedPartitions == 1);
        Assert.InRange(host.Counters.RecordsRead - count, PartitionsHost.BatchCapacity, PartitionsHost.MostRead);
        // What comes now is read all the same.
        Feed(1, 10);
        Assert.Equal(Range(count, 10), (await flowing.Take(10)).Offsets());

        Assert.Equal(Range(0, count), (await still.Take(count)).Offsets());
        await Poll.Until(() => host.Counters.PausedPartitions == 0 && host.Counters.Waiting == 0);
        Assert.Equal((2 * count) + 10, host.Counters.RecordsRead);
    }

    [Fact]
    public async Task Lanes_NoneAsked_ReadNoMoreThanTheyHold()
    {
        Feed(0, 200);
        await using var host = Host();
        var probe = host.Probe(this, Materializer);
        await host.Assign(0);

        await Poll.Until(() => host.Counters.PausedPartitions == 1);
        Assert.InRange(host.Counters.RecordsRead, PartitionsHost.BatchCapacity, PartitionsHost.MostRead);

        Assert.Equal(Range(0, 200), (await probe.Take(200)).Offsets());
    }

    [Fact]
    public async Task Assign_ToALaneThatIsPaused_ReadsItWhenTheLaneGoesOn()
    {
        Feed(0, 200);
        Feed(1, 200);
        await using var host = Host();
        await using var other = Host();
        var probe = host.Probe(this, Materializer);
        var elsewhere = other.Probe(this, Materializer);
        await host.Assign(0);
        await Poll.Until(() => host.Counters.PausedPartitions == 1);
        var read = host.Counters.RecordsRead;

        await host.Assign(1);
        await Poll.Until(() => host.Counters.PausedPartitions == 2);
        // Another consumer has read all of it by the time that this one could have begun to.
        await other.Assign(1);
        await elsewhere.Take(200);

        Assert.Equal(read, host.Counters.RecordsRead);
        var batches = await probe.Take(400);
        Assert.Equal(Range(0, 200), batches.Where(static batch => batch.Partition == 0).Offsets());
        Assert.Equal(Range(0, 200), batches.Where(static batch => batch.Partition == 1).Offsets());
    }

    [Fact]
    public async Task Record_Undecodable_IsInItsPlaceAsDeadLetter()
    {
        Sender.Send(0, "c", """{"transaction_id":"a","card_id":"c","amount":1}""");
        Sender.Send(0, "c", """{"transaction_id":"b","card_id":"c","amount":"12"}""");
        Sender.Send(0, "c", """{"transaction_id":"d","card_id":"c","amount":2}""");
        Sender.Flush();
        await using var host = Host();
        var probe = host.Probe(this, Materializer);
        await host.Assign(0);

        var payments = (await probe.Take(3)).SelectMany(static batch => batch.Payments).ToArray();

        Assert.Equal(
            [PaymentState.Received, PaymentState.Undecodable, PaymentState.Received], payments.Select(static payment => payment.State));
        Assert.Equal([0L, 1, 2], payments.Select(static payment => payment.Offset));
        Assert.Equal("invalid_field", payments[1].Letter!.Reason);
        Assert.Equal("c"u8.ToArray(), payments[1].Letter!.Key);
    }

    [Fact]
    public async Task Record_DecoderThrows_IsPoisonInItsPlaceAndTheNextIsRead()
    {
        Feed(0, 1);
        var clock = new FailingClock();
        await using var host = new PartitionsHost(PartitionsHost.Options(), Broker.BootstrapServers, time: clock);
        var probe = host.Probe(this, Materializer);
        await host.Assign(0);
        await probe.Take(1);

        clock.FailOnce();
        Feed(0, 2);
        var payments = (await probe.Take(2)).SelectMany(static batch => batch.Payments).ToArray();

        Assert.Equal([PaymentState.Undecodable, PaymentState.Received], payments.Select(static payment => payment.State));
        Assert.Equal([1L, 2], payments.Select(static payment => payment.Offset));
        Assert.Equal("poison", payments[0].Letter!.Reason);
        Assert.Equal(PartitionFeed.CardOf(0), System.Text.Encoding.UTF8.GetString(payments[0].Letter!.Key));
        Assert.StartsWith("{\"transaction_id\"", System.Text.Encoding.UTF8.GetString(payments[0].Letter!.Value), StringComparison.Ordinal);
        Assert.Single(host.Log.Of(242));
        Assert.Empty(host.Log.Of(234));
    }

    [Fact]
    public async Task Record_CardOfAnotherPartition_IsReadAndCounted()
    {
        var card = PartitionFeed.CardOf(1);
        Sender.Send(0, card, Topics.Payment("a", card));
        Sender.Send(0, card, Topics.Payment("b", card));
        Sender.Send(0, "x", """{"transaction_id":"no-card","amount":1}""");
        Feed(0, 1);
        await using var host = Host();
        var probe = host.Probe(this, Materializer);
        await host.Assign(0);

        await probe.Take(4);

        Assert.Equal(2, host.Counters.ForeignCards);
        Assert.Single(host.Log.Of(238));
    }
}
