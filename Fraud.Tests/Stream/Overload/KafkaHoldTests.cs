using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using Fraud.Stream.Batching;
using Fraud.Stream.Kafka;
using Fraud.Stream.Overload;
using Fraud.Tests.Stream.Kafka;
using Fraud.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Stream.Overload;

/// <summary>A batch of Kafka that is held back while HTTP is late: as a stage, one at a time, and none is read ahead.</summary>
public sealed class KafkaHoldTests() : Akka.TestKit.Xunit2.TestKit(PartitionsHost.TestKit, "kafka-hold")
{
    private const int Payments = 100;

    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(10);

    // A batch of 100 at 1,000 a second, the least rate.
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    private readonly CountedTime _time = new();
    private readonly MicroBatchPool _batches = new(Payments, maxIdle: 0);

    [Fact]
    public async Task Hold_HttpInTime_LetsEachGoAsItIsAskedFor() => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            var (kafka, probe) = Run(new KafkaPace(new OverloadOptions { HttpLatencyTarget = Target }, _time));
            var first = Read();

            await kafka.SendNextAsync(first);
            Assert.Same(first.Batch, await probe.RequestNextAsync());
            var second = Read();
            await kafka.SendNextAsync(second);
            Assert.Same(second.Batch, await probe.RequestNextAsync());

            await kafka.SendCompleteAsync();
            await probe.ExpectCompleteAsync();
        },
        Sys.Materializer());

    [Fact]
    public async Task Hold_HttpLate_HoldsOneUntilItsTurnThenTheNext() => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            var (kafka, probe) = Run(Late());
            var (first, second) = (Read(), Read());
            await probe.RequestAsync(2);

            await kafka.SendNextAsync(first);
            await Poll.Until(() => _time.Timers == 1);
            await kafka.SendNextAsync(second);
            await probe.ExpectNoMsgAsync(TimeSpan.Zero, default);

            _time.Advance(Turn);
            Assert.Same(first.Batch, await probe.ExpectNextAsync(Poll.Deadline, default));
            await Poll.Until(() => _time.Timers == 2);
            await probe.ExpectNoMsgAsync(TimeSpan.Zero, default);
            _time.Advance(Turn);
            Assert.Same(second.Batch, await probe.ExpectNextAsync(Poll.Deadline, default));

            await kafka.SendCompleteAsync();
            await probe.ExpectCompleteAsync();
        },
        Sys.Materializer());

    [Fact]
    public async Task Hold_CancelledWhileHeld_EndsTheSource() => await this.AssertAllStagesStoppedAsync(
        async () =>
        {
            var (kafka, probe) = Run(Late());
            await probe.RequestAsync(1);
            await kafka.SendNextAsync(Read());
            await Poll.Until(() => _time.Timers == 1);

            await probe.CancelAsync();

            await kafka.ExpectCancellationAsync();
        },
        Sys.Materializer());

    /// <summary>As a lane has it.</summary>
    private (TestPublisher.Probe<CommittableBatch> Kafka, TestSubscriber.Probe<MicroBatch> Lane) Run(KafkaPace pace)
    {
        var kafka = this.CreatePublisherProbe<CommittableBatch>();
        var lane = Source.FromPublisher(kafka).SelectAsync(parallelism: 1, pace.Hold).RunWith(this.SinkProbe<MicroBatch>(), Sys.Materializer());
        return (kafka, lane);
    }

    /// <summary>A pace at its least rate, whose last turn was taken just now.</summary>
    private KafkaPace Late()
    {
        var pace = new KafkaPace(new OverloadOptions { HttpLatencyTarget = Target, KafkaLeastRate = 1_000 }, _time);
        for (var ms = 0; ms < 6_000; ms++)
        {
            var took = ms < 1_000 ? Target / 10 : Target * 2;
            pace.Answered(_time.GetTimestamp() - (long)(took.TotalSeconds * _time.TimestampFrequency));
            pace.TryTake(Payments, out _);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        while (pace.TryTake(Payments, out _))
        {
        }

        Assert.Equal(1_000, pace.Limit);
        return pace;
    }

    private CommittableBatch Read()
    {
        var batch = _batches.Rent();
        for (var offset = 0; offset < Payments; offset++)
        {
            batch.Swap(new Payment { KafkaOffset = offset });
        }

        return new CommittableBatch(batch, new CommittableOffset(0, 1, Payments));
    }

    private sealed class CountedTime : FakeTimeProvider
    {
        private int _timers;

        /// <summary>Waits that began.</summary>
        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            return timer;
        }
    }
}
