using Akka.Streams.TestKit;
using Fraud.Stream.Ingest;
using Fraud.Stream.Kafka;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Kafka.PartitionsProbe;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>How the source ends: drained, late, or at once.</summary>
public sealed class PartitionStopTests() : EmbeddedPartitions("partitionstop")
{
    [Fact]
    public async Task Stop_RecordsHeld_EmitsThemCompletesAndReadsNoMore() => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            Feed(0, 200);
            await using var host = Host(lanes: 2);
            var probe = host.Probe(this, Materializer, lane: 0);
            var idle = host.Probe(this, Materializer, lane: 1);
            await host.Assign(0);
            await host.Assign(1);
            await Poll.Until(() => host.Counters.PausedPartitions >= 1);
            var read = (int)host.Counters.RecordsRead;

            var stopped = host.Source.StopAsync();
            await idle.ExpectSubscriptionAndCompleteAsync();
            var batches = await probe.Take(read);
            await probe.ExpectCompleteAsync();

            await stopped.WaitAsync(Topics.Deadline);
            Assert.Equal(Range(0, read), batches.Offsets());
            Assert.Equal((read, SourceState.Stopped), (host.Counters.RecordsRead, host.Counters.State));
            Assert.Equal(AssignReply.Ended, await host.Source.AssignAsync(1, 0, 9));
            await host.Source.UnassignAsync(0, 1).WaitAsync(Topics.Deadline);
        },
        Materializer);

    [Fact]
    public async Task Stop_LaneTakesNothing_GivesUpAfterTheDrainTimeout()
    {
        Feed(0, 200);
        var options = PartitionsHost.Options();
        options.DrainTimeout = TimeSpan.FromMilliseconds(100);
        await using var host = new PartitionsHost(options, Broker.BootstrapServers);
        var probe = host.Probe(this, Materializer);
        await probe.EnsureSubscriptionAsync();
        await host.Assign(0);
        await Poll.Until(() => host.Counters.PausedPartitions == 1);

        await host.Source.StopAsync().WaitAsync(Topics.Deadline);

        await probe.ExpectCompleteAsync();
        Assert.Single(host.Log.Of(239));
    }

    [Fact]
    public async Task Dispose_WhileRecordsFlow_CompletesTheLanesAndAnswersEveryCommand() => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            Feed(0, 200);
            var host = Host();
            var probe = host.Probe(this, Materializer);
            await host.Assign(0);
            await probe.Take(8);

            await host.DisposeAsync();

            await probe.ExpectCompleteAsync();
            await host.Source.Completion.WaitAsync(Topics.Deadline);
            Assert.Equal(AssignReply.Ended, await host.Source.AssignAsync(1, 0, 1));
            await host.Source.UnassignAsync(0, 1).WaitAsync(Topics.Deadline);
            Assert.Equal((0, SourceState.Stopped), (host.Counters.Partitions, host.Counters.State));
        },
        Materializer);

    [Fact]
    public async Task Dispose_OffsetJustCommitted_TellsItBeforeItEnds()
    {
        Feed(0, 4);
        var options = PartitionsHost.Options();
        options.CommitInterval = TimeSpan.FromMinutes(5);
        await using (var host = new PartitionsHost(options, Broker.BootstrapServers))
        {
            var probe = host.Probe(this, Materializer);
            await host.Assign(0);
            var batches = await probe.Take(4);
            await host.Source.StopAsync().WaitAsync(Topics.Deadline);
            host.Source.Commit(batches[^1].Offset);
        }

        Assert.Equal(4, CommittedOf(0));
    }
}
