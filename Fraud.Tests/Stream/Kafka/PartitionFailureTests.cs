using Akka.Streams.TestKit;
using Confluent.Kafka;
using Fraud.Stream.Embedded;
using Fraud.Stream.Ingest;
using Fraud.Stream.Kafka;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Kafka.PartitionsProbe;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>Brokers, clients and threads that fail: what goes on by itself, and what the owner hears of.</summary>
public sealed class PartitionFailureTests() : EmbeddedPartitions("partitionfailure")
{
    [Fact]
    public async Task Broker_DownAndUp_ReadsOn()
    {
        Feed(0, 10);
        await using var host = Host();
        var probe = host.Probe(this, Materializer);
        await host.Assign(0);
        await probe.Take(10);

        Broker.StopBroker();
        await Poll.Until(() => host.Log.Of(235).Any());
        // Commands need no broker.
        await host.Assign(1);
        Broker.StartBroker();
        Feed(0, 10);
        Feed(1, 10);

        var batches = await probe.Take(20);
        Assert.Equal(Range(10, 10), batches.Where(static batch => batch.Partition == 0).Offsets());
        Assert.Equal(Range(0, 10), batches.Where(static batch => batch.Partition == 1).Offsets());
    }

    [Fact]
    public async Task Client_Fails_AnotherOneGoesOnWhereItWasAndNothingComesTwice()
    {
        Feed(0, 100);
        await using var host = Host();
        var probe = host.Probe(this, Materializer);
        await host.Assign(0);
        var batches = await probe.Take(20);
        await Poll.Until(() => host.Counters.Waiting > 0);

        Broker.FailRequests(KafkaRequest.Fetch, [.. Enumerable.Repeat(ErrorCode.TopicAuthorizationFailed, 3)]);
        batches.AddRange(await probe.Take(100 - batches.Sum(static batch => batch.Payments.Count)));
        await Poll.Until(() => host.Log.Of(234).Any());
        Feed(0, 50);
        batches.AddRange(await probe.Take(50));

        Assert.Equal(Range(0, 150), batches.Offsets());
        Assert.All(batches, static batch => Assert.Equal(1, batch.Offset.Generation));
        Assert.Equal((150, 0), (host.Counters.RecordsRead, host.Counters.RecordsMissing));
        Assert.Equal(SourceState.Running, host.Counters.State);
    }

    /// <summary>As of one that forgot its brokers: it lost all of them, and then there is nothing to hear of it.</summary>
    [Fact]
    public async Task Client_SilentSinceAllBrokersWereDown_IsReplacedAndGoesOnWhereItWas()
    {
        Feed(0, 4);
        var clock = new FakeTimeProvider();
        await using var host = new PartitionsHost(PartitionsHost.Options(), Broker.BootstrapServers, lanes: 1, clock);
        var probe = host.Probe(this, Materializer);
        await host.Assign(0);
        var batches = await probe.Take(4);
        Broker.StopBroker();
        await Poll.Until(() => host.Log.Of(235).Any(static text => text.Contains("AllBrokersDown", StringComparison.Ordinal)));
        Broker.StartBroker();

        await Poll.Until(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return host.Log.Of(234).Any();
        });
        Feed(0, 4);
        await Poll.Until(() =>
        {
            // The wait for the next client, of which none was silent for long.
            clock.Advance(TimeSpan.FromMilliseconds(10));
            return host.Counters.RecordsRead == 8;
        });

        batches.AddRange(await probe.Take(4));
        Assert.Equal(Range(0, 8), batches.Offsets());
    }

    [Fact]
    public async Task Topic_OtherNumberOfPartitions_NothingIsReadUntilItIsRight()
    {
        Feed(0, 10);
        await using var host = new PartitionsHost(PartitionsHost.Options(partitions: 4), Broker.BootstrapServers);
        var probe = host.Probe(this, Materializer);
        await probe.RequestAsync(1);
        await host.Assign(0);

        await Poll.Until(() => host.Log.Of(234).Count() > 2);

        Assert.Equal((0, SourceState.Restarting), (host.Counters.RecordsRead, host.Counters.State));
        // It tries on, and follows commands meanwhile.
        await host.Source.UnassignAsync(0, 1).WaitAsync(Topics.Deadline);
    }

    [Fact]
    public async Task Thread_DiesOfAMistake_FailsEveryLaneWithTheReason() => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            Feed(0, 1);
            var clock = new FailingClock();
            await using var host = new PartitionsHost(PartitionsHost.Options(), Broker.BootstrapServers, lanes: 2, clock);
            var probe = host.Probe(this, Materializer, lane: 0);
            var other = host.Probe(this, Materializer, lane: 1);
            await other.EnsureSubscriptionAsync();
            await host.Assign(0);
            await probe.Take(1);

            clock.Stopwatch = false;

            Assert.Equal(FailingClock.Message, (await probe.ExpectErrorAsync()).Message);
            Assert.Equal(FailingClock.Message, (await other.ExpectErrorAsync()).Message);
            var reason = await Assert.ThrowsAsync<InvalidOperationException>(() => host.Source.Completion.WaitAsync(Topics.Deadline));
            Assert.Equal(FailingClock.Message, reason.Message);
            Assert.Single(host.Log.Of(240));
            Assert.Equal(AssignReply.Ended, await host.Source.AssignAsync(0, 0, 2));
            await host.Source.UnassignAsync(0, 1).WaitAsync(Topics.Deadline);
        },
        Materializer);

    [Fact]
    public async Task Lane_Cancelled_EndsTheOthersToo() => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            Feed(0, 200);
            await using var host = Host(lanes: 2);
            var cancelled = host.Probe(this, Materializer, lane: 0);
            var other = host.Probe(this, Materializer, lane: 1);
            await host.Assign(0);
            await host.Assign(1);
            await cancelled.Take(4);

            await cancelled.CancelAsync();

            await other.ExpectSubscriptionAndCompleteAsync();
            await host.Source.Completion.WaitAsync(Topics.Deadline);
            Assert.Equal(AssignReply.Ended, await host.Source.AssignAsync(1, 0, 2));
        },
        Materializer);
}
