using System.Globalization;
using System.Text;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using Confluent.Kafka;
using Fraud.Model.Decoding;
using Fraud.Stream.Batching;
using Fraud.Stream.Ingest;
using Fraud.Stream.Kafka;
using Fraud.Stream.State;
using Fraud.Stream.Telemetry;
using Fraud.Stream.Tracing;
using Fraud.Tests.Stream.Poison;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Stream.Kafka;

/// <summary>A partitions source with small batches and queues, and what it says of itself.</summary>
internal sealed class PartitionsHost : IAsyncDisposable
{
    public const int BatchCapacity = 4;
    public const int QueueCapacity = 2;

    /// <summary>Most records that are read of a partition while its lane takes none: queued, held, and those of one poll.</summary>
    public const int MostRead = (BatchCapacity * QueueCapacity) + (BatchCapacity * ConsumerLoop.MostHeldBatches) + BatchCapacity;

    private readonly PaymentTracer _tracer;
    private readonly StreamMetrics _metrics;
    private readonly LoggerFactory _logs;

    /// <summary>A test kit that waits as long as <see cref="Poll.Deadline"/> for what must come.</summary>
    public const string TestKit = """
        akka.loglevel = OFF
        akka.test.single-expect-default = 150s
        akka.stream.testkit.all-stages-stopped-timeout = 150s
        """;

    public PartitionsHost(KafkaOptions options, string address, int lanes = 1, TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        _tracer = new PaymentTracer(new TracingOptions(), options, clock);
        _metrics = new StreamMetrics(clock);
        _logs = new LoggerFactory([Log]);
        Source = KafkaPartitions.Start(
            new PartitionsSettings(options, address, lanes, QueueCapacity),
            new RecordReader(new TransactionLimits(), Guards.New(), new ShardRouter(options.Partitions), _tracer, new FieldCounts(_metrics), Suspects.New(), clock),
            new MicroBatchPool(BatchCapacity, maxIdle: 16), Counters, clock, _logs.CreateLogger<KafkaPartitions>());
    }

    public RecordingLog Log { get; } = new();

    public SourceCounters Counters { get; } = new();

    public KafkaPartitions Source { get; }

    /// <summary>A lane's batches, copied and given back.</summary>
    public TestSubscriber.Probe<SeenBatch> Probe(Akka.TestKit.Xunit2.TestKit test, Akka.Streams.IMaterializer materializer, int lane = 0) =>
        Source.Lane(lane).Select(SeenBatch.Of).RunWith(test.SinkProbe<SeenBatch>(), materializer);

    public async Task Assign(int partition, long offset = 0, long generation = 1) =>
        Assert.Equal(AssignReply.Assigned, await Source.AssignAsync(partition, offset, generation).WaitAsync(Topics.Deadline));

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync().AsTask().WaitAsync(Topics.Deadline);
        _tracer.Dispose();
        _metrics.Dispose();
        _logs.Dispose();
    }

    public static KafkaOptions Options(int partitions = 2, string topic = Topics.Transactions) => new()
    {
        Partitions = partitions,
        TransactionsTopic = topic,
        RestartMin = TimeSpan.FromMilliseconds(10),
        RestartMax = TimeSpan.FromMilliseconds(100),
        CommitInterval = TimeSpan.FromMilliseconds(50),
    };
}

internal sealed record SeenPayment(long Offset, string Id, PaymentState State, DeadLetter? Letter);

internal sealed record SeenBatch(CommittableOffset Offset, IReadOnlyList<SeenPayment> Payments)
{
    public int Partition => Offset.Partition;

    public IEnumerable<long> Offsets => Payments.Select(static payment => payment.Offset);

    public static SeenBatch Of(CommittableBatch batch)
    {
        Assert.InRange(batch.Batch.Count, 1, PartitionsHost.BatchCapacity);
        Assert.Equal(batch.Partition, batch.Batch.KafkaPartition);
        var payments = new List<SeenPayment>();
        foreach (var payment in batch.Batch.Payments)
        {
            Assert.Equal(batch.Partition, payment.Shard);
            payments.Add(new SeenPayment(payment.KafkaOffset, payment.Transaction.Id.ToString(), payment.State, payment.DeadLetter));
        }

        Assert.Equal(payments[^1].Offset + 1, batch.Offset.Next);
        batch.Batch.Release();
        return new SeenBatch(batch.Offset, payments);
    }
}

internal static class PartitionsProbe
{
    /// <summary>Asks for one batch after the other until so many records came.</summary>
    public static async Task<List<SeenBatch>> Take(this TestSubscriber.Probe<SeenBatch> probe, int records)
    {
        var batches = new List<SeenBatch>();
        for (var taken = 0; taken < records; taken += batches[^1].Payments.Count)
        {
            await probe.RequestAsync(1);
            batches.Add(await probe.ExpectNextAsync(Topics.Deadline, default));
        }

        return batches;
    }

    public static IEnumerable<long> Offsets(this IEnumerable<SeenBatch> batches) => batches.SelectMany(static batch => batch.Offsets);

    public static IEnumerable<long> Range(long from, int count) => Enumerable.Range(0, count).Select(i => from + i);
}

/// <summary>Sends payments to partitions by their numbers.</summary>
internal sealed class PartitionFeed(ProducerConfig config, string topic) : IDisposable
{
    private readonly IProducer<byte[], byte[]> _producer = new ProducerBuilder<byte[], byte[]>(config)
        .SetErrorHandler(static (_, _) => { })
        .SetLogHandler(static (_, _) => { })
        .Build();

    private long _delivered;

    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Sends payments whose card belongs to the partition, without waiting.</summary>
    public void Pay(int partition, int count, int partitions = 2)
    {
        var card = CardOf(partition, partitions);
        for (var i = 0; i < count; i++)
        {
            Send(partition, card, Topics.Payment(string.Create(CultureInfo.InvariantCulture, $"p-{partition}-{i}"), card));
        }
    }

    public void Send(int partition, string key, string value) => _producer.Produce(
        new TopicPartition(topic, partition),
        new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(value) },
        report =>
        {
            if (!report.Error.IsError)
            {
                Interlocked.Increment(ref _delivered);
            }
        });

    public void Flush() => Assert.Equal(0, _producer.Flush(Topics.Deadline));

    public static string CardOf(int partition, int partitions = 2)
    {
        var router = new ShardRouter(partitions);
        return Enumerable.Range(0, int.MaxValue).Select(static i => string.Create(CultureInfo.InvariantCulture, $"card-{i}"))
            .First(card => router.ShardOf(Encoding.UTF8.GetBytes(card)) == partition);
    }

    public void Dispose() => _producer.Dispose();
}
