using Akka.Streams.TestKit;
using Fraud.Stream.Kafka;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Kafka.PartitionsProbe;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>Partitions that come and go with claims: what is emitted under which generation (rules 3 and 18 of docs/decisions/0011).</summary>
public sealed class PartitionMoveTests() : EmbeddedPartitions("partitionmove")
{
    [Fact]
    public async Task Unassign_InMidFlowAndAssignElsewhereAtTheStoredOffset_NothingIsLostNothingComesTwice()
    {
        const int count = 300;
        Feed(0, count);
        await using var first = Host();
        await using var second = Host();
        var from = first.Probe(this, Materializer);
        var to = second.Probe(this, Materializer);
        await first.Assign(0);
        var before = await from.Take(40);
        var stored = before[^1].Offset.Next;
        await Poll.Until(() => first.Counters.Waiting > 0);

        await first.Source.UnassignAsync(0, 1).WaitAsync(Topics.Deadline);
        await from.RequestAsync(1_000);
        await second.Assign(0, stored, generation: 2);
        var after = await to.Take(count - (int)stored);

        Assert.Equal(Range(0, count), before.Concat(after).Offsets());
        Assert.All(after, static batch => Assert.Equal(2, batch.Offset.Generation));
        Assert.Equal(0, first.Counters.Partitions);
        // The lane is alive, and the next that it gives is of another partition.
        Feed(1, 1);
        await first.Assign(1);
        Assert.Equal(1, (await from.ExpectNextAsync(Topics.Deadline, default)).Partition);
    }

    [Fact]
    public async Task Assign_HigherGenerationInMidFlow_GivesNothingOfTheEarlierOneAfterwards()
    {
        Feed(0, 200);
        await using var host = Host();
        var probe = host.Probe(this, Materializer);
        await host.Assign(0, generation: 3);
        await probe.Take(12);
        await Poll.Until(() => host.Counters.Waiting > 0);

        await host.Assign(0, offset: 2, generation: 7);

        var batches = await probe.Take(198);
        Assert.Equal(Range(2, 198), batches.Offsets());
        Assert.All(batches, static batch => Assert.Equal(7, batch.Offset.Generation));
        Assert.Equal(AssignReply.Outdated, await host.Source.AssignAsync(0, 0, generation: 7));
        Assert.Equal(AssignReply.Outdated, await host.Source.AssignAsync(0, 0, generation: 5));
        await host.Source.UnassignAsync(0, generation: 6);
        Feed(0, 1);
        Assert.Equal([200L], (await probe.Take(1)).Offsets());
    }

    [Fact]
    public async Task Assign_AgainAndAgainWhileRecordsFlow_EachTimeReadsFromItsOffset()
    {
        Feed(0, 100);
        await using var host = Host();
        var probe = host.Probe(this, Materializer);
        for (var generation = 1; generation <= 20; generation++)
        {
            await host.Assign(0, offset: generation * 4, generation);
            var batches = await probe.Take(8);

            Assert.Equal(generation * 4, batches[0].Payments[0].Offset);
            Assert.All(batches, batch => Assert.Equal(generation, batch.Offset.Generation));
            Assert.Equal(Range(generation * 4, batches.Offsets().Count()), batches.Offsets());
            await host.Source.UnassignAsync(0, generation);
        }
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(2, 1)]
    [InlineData(0, -1)]
    public async Task Assign_NoSuchPartitionOrGeneration_IsAMistake(int partition, long generation)
    {
        await using var host = Host();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => host.Source.AssignAsync(partition, 0, generation));
    }

    [Fact]
    public async Task Commit_StoredOffset_IsToldToTheGroupAndNeverReadFromThere()
    {
        Feed(0, 40);
        await using (var host = Host())
        {
            var probe = host.Probe(this, Materializer);
            await host.Assign(0);
            var batches = await probe.Take(20);
            host.Source.Commit(batches[^1].Offset);
            await Poll.Until(() => CommittedOf(0) == batches[^1].Offset.Next);
            Assert.Equal(batches[^1].Offset.Next, host.Counters.NextOffsets[0]);

            // Of a claim that is over: not told.
            await host.Assign(0, offset: 30, generation: 2);
            host.Source.Commit(new CommittableOffset(0, 1, 22));
            host.Source.Commit(new CommittableOffset(0, 2, 35));
            await Poll.Until(() => CommittedOf(0) == 35);
        }

        await using var next = Host();
        var again = next.Probe(this, Materializer);
        await next.Assign(0, offset: 3);
        // A batch is what was there when the lane asked, be it one record.
        Assert.Equal(Range(3, 4), (await again.Take(4)).Offsets().Take(4));
    }
}
