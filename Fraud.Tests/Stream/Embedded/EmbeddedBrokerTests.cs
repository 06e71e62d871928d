using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Fraud.Stream.Embedded;
using Fraud.Stream.State;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Embedded;

public sealed class EmbeddedBrokerTests : IDisposable
{
    private const string Topic = "transactions";
    private const int Partitions = 4;

    // Only a hang reaches it: each wait below ends as soon as its condition holds.
    private static readonly TimeSpan Deadline = Poll.Deadline;

    private readonly EmbeddedBroker _broker = Start(brokers: 2);

    public void Dispose() => _broker.Dispose();

    [Fact]
    public void Start_SeveralBrokers_NamesEachOnLoopback()
    {
        var addresses = _broker.BootstrapServers.Split(',');

        Assert.Equal(2, addresses.Length);
        Assert.All(addresses, address => Assert.StartsWith("127.0.0.1:", address, StringComparison.Ordinal));
    }

    [Fact]
    public void Start_TopicWithoutPartitions_Fails()
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new EmbeddedBroker(new EmbeddedBrokerOptions { Topics = { ["empty"] = 0 } }));
    }

    [Fact]
    public void CreateTopic_NameTaken_Fails()
    {
        var error = Assert.Throws<InvalidOperationException>(() => _broker.CreateTopic(Topic, 1));

        Assert.Contains(Topic, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CreateTopic_AfterStart_HasItsPartitions()
    {
        _broker.CreateTopic("later", 7);

        using var client = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _broker.BootstrapServers }).Build();
        var metadata = client.GetMetadata("later", Deadline);

        Assert.Equal(7, Assert.Single(metadata.Topics).Partitions.Count);
    }

    [Fact]
    public async Task Consume_AfterProduce_ReturnsKeyValueTimestampAndHeaders()
    {
        var time = new DateTime(2024, 5, 17, 12, 30, 15, 250, DateTimeKind.Utc);
        using var producer = NewProducer();
        await producer.ProduceAsync(Topic, new Message<string, string>
        {
            Key = "card-7",
            Value = "{\"amount\":12.5}",
            Timestamp = new Timestamp(time),
            Headers = new Headers { { "traceparent", "00-1-2-01"u8.ToArray() } },
        });

        using var consumer = NewConsumer("reader");
        consumer.Subscribe(Topic);
        var record = Assert.Single(Consume(consumer, 1));

        Assert.Equal("card-7", record.Message.Key);
        Assert.Equal("{\"amount\":12.5}", record.Message.Value);
        Assert.Equal(time, record.Message.Timestamp.UtcDateTime);
        Assert.Equal("00-1-2-01", Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes("traceparent")));
    }

    [Fact]
    public async Task Produce_Murmur2Keys_LandWhereShardRouterExpects()
    {
        var router = new ShardRouter(Partitions);
        using var producer = NewProducer();

        for (var card = 0; card < 200; card++)
        {
            // Lengths of 1 to 17 bytes reach each tail of the hash.
            var key = new string((char)('a' + (card % 26)), card % 17) + (card % 10);
            var result = await producer.ProduceAsync(Topic, new Message<string, string> { Key = key, Value = "" });

            Assert.Equal(router.ShardOf(Encoding.UTF8.GetBytes(key)), result.Partition.Value);
        }
    }

    [Fact]
    public void Consume_NewMemberOfGroup_ContinuesFromCommittedOffset()
    {
        using var producer = NewProducer();
        Produce(producer, 0, 20);

        using (var first = NewConsumer("scorers"))
        {
            first.Subscribe(Topic);
            Consume(first, 20);
            first.Commit();
            first.Close();
        }

        Produce(producer, 20, 10);
        using var second = NewConsumer("scorers");
        second.Subscribe(Topic);

        Assert.Equal(Values(20, 10), Consume(second, 10).Select(record => record.Message.Value).Order());
    }

    [Fact]
    public void Subscribe_TwoMembers_ShareThePartitions()
    {
        using var first = NewConsumer("pair");
        using var second = NewConsumer("pair");
        first.Subscribe(Topic);
        second.Subscribe(Topic);

        Until("each member owns half of the partitions", () =>
        {
            first.Consume(TimeSpan.Zero);
            second.Consume(TimeSpan.Zero);
            return first.Assignment.Count == Partitions / 2 && second.Assignment.Count == Partitions / 2;
        });

        Assert.Empty(first.Assignment.Intersect(second.Assignment));
    }

    [Fact]
    public async Task StopBroker_ThenStart_RefusesThenContinues()
    {
        using var producer = NewProducer(messageTimeout: TimeSpan.FromMilliseconds(500));
        Produce(producer, 0, 5);
        using var consumer = NewConsumer("survivor");
        consumer.Subscribe(Topic);
        Consume(consumer, 5);
        // The group may see the member as new when the broker is back; it then starts where this says.
        consumer.Commit();

        _broker.StopBroker();
        var refused = await Assert.ThrowsAsync<ProduceException<string, string>>(
            () => producer.ProduceAsync(Topic, new Message<string, string> { Key = "k", Value = "lost" }));
        Assert.Equal(PersistenceStatus.NotPersisted, refused.DeliveryResult.Status);
        Assert.Null(consumer.Consume(TimeSpan.Zero));

        _broker.StartBroker();
        using var patient = NewProducer();
        Produce(patient, 5, 5);

        Assert.Equal(Values(5, 5), Consume(consumer, 5).Select(record => record.Message.Value).Order());
    }

    [Fact]
    public void SetLeader_WhileConsuming_LosesNothing()
    {
        using var producer = NewProducer();
        using var consumer = NewConsumer("follower");
        consumer.Subscribe(Topic);
        Produce(producer, 0, 20);
        Consume(consumer, 20);

        for (var partition = 0; partition < Partitions; partition++)
        {
            _broker.SetLeader(Topic, partition, 1 + (partition % 2));
        }

        Produce(producer, 20, 20);
        for (var partition = 0; partition < Partitions; partition++)
        {
            _broker.SetLeader(Topic, partition, 2 - (partition % 2));
        }

        Produce(producer, 40, 20);

        Assert.Equal(Values(20, 40), Consume(consumer, 40).Select(record => record.Message.Value).Order());
    }

    [Fact]
    public void SetGroupCoordinator_BetweenCommits_MemberFindsIt()
    {
        _broker.SetGroupCoordinator("movers", 1);
        using var producer = NewProducer();
        using var consumer = NewConsumer("movers");
        consumer.Subscribe(Topic);
        Produce(producer, 0, 8);
        Consume(consumer, 8);
        consumer.Commit();

        _broker.SetGroupCoordinator("movers", 2);
        Produce(producer, 8, 8);
        Consume(consumer, 8);
        Until("the commit reaches the new coordinator", () =>
        {
            try
            {
                consumer.Commit();
                return true;
            }
            catch (KafkaException error) when (error.Error.Code == ErrorCode.NotCoordinatorForGroup)
            {
                return false;
            }
        });

        var committed = consumer.Committed(consumer.Assignment, Deadline);
        Assert.Equal(16, committed.Where(offset => !offset.Offset.IsSpecial).Sum(offset => offset.Offset.Value));
    }

    [Fact]
    public void FailRequests_ProduceErrors_AreRetriedByTheProducer()
    {
        using var producer = NewProducer();
        Produce(producer, 0, 1);
        _broker.FailRequests(KafkaRequest.Produce, ErrorCode.NotEnoughReplicas, ErrorCode.NotLeaderForPartition, ErrorCode.Local_Transport);

        Produce(producer, 1, 1);

        using var consumer = NewConsumer("reader");
        consumer.Subscribe(Topic);
        Assert.Equal(Values(0, 2), Consume(consumer, 2).Select(record => record.Message.Value).Order());
    }

    [Fact]
    public async Task FailRequests_PermanentError_ReachesTheCaller()
    {
        using var producer = NewProducer();
        Produce(producer, 0, 1);
        _broker.FailRequests(KafkaRequest.Produce, ErrorCode.MsgSizeTooLarge);

        var refused = await Assert.ThrowsAsync<ProduceException<string, string>>(
            () => producer.ProduceAsync(Topic, new Message<string, string> { Key = "k", Value = "v" }));

        Assert.Equal(ErrorCode.MsgSizeTooLarge, refused.Error.Code);
    }

    [Fact]
    public async Task SetTopicError_UnknownTopic_RefusesUntilCleared()
    {
        _broker.SetTopicError(Topic, ErrorCode.TopicAuthorizationFailed);
        using (var producer = NewProducer(messageTimeout: TimeSpan.FromSeconds(5)))
        {
            var refused = await Assert.ThrowsAsync<ProduceException<string, string>>(
                () => producer.ProduceAsync(Topic, new Message<string, string> { Key = "k", Value = "v" }));
            Assert.Equal(ErrorCode.TopicAuthorizationFailed, refused.Error.Code);
        }

        _broker.SetTopicError(Topic, ErrorCode.NoError);
        using var other = NewProducer();
        Produce(other, 0, 1);
    }

    [Fact]
    public void SetRoundTripTime_Slow_DelaysDelivery()
    {
        using var producer = NewProducer();
        Produce(producer, 0, 1);
        var delay = TimeSpan.FromMilliseconds(300);

        _broker.SetRoundTripTime(delay);
        var slow = Stopwatch.StartNew();
        Produce(producer, 1, 1);
        slow.Stop();
        _broker.SetRoundTripTime(TimeSpan.Zero);

        Assert.InRange(slow.Elapsed, delay - TimeSpan.FromMilliseconds(20), Deadline);
    }

    [Fact]
    public void DropRecords_BelowPosition_StartsLogThere()
    {
        using var producer = NewProducer();
        using var consumer = NewConsumer("gap");
        var partition = new TopicPartition(Topic, 0);
        for (var i = 0; i < 10; i++)
        {
            producer.Produce(partition, new Message<string, string> { Key = "k", Value = $"{i}" });
            producer.Flush(Deadline);
        }

        _broker.DropRecords(Topic, 0, 4);

        var range = consumer.QueryWatermarkOffsets(partition, Deadline);
        Assert.Equal((4, 10), (range.Low.Value, range.High.Value));
        consumer.Assign(new TopicPartitionOffset(partition, 4));
        Assert.Equal(["4", "5", "6", "7", "8", "9"], Consume(consumer, 6).Select(record => record.Message.Value));
    }

    [Fact]
    public void Produce_BeyondFiveMegabytes_ForgetsTheOldest()
    {
        using var producer = NewProducer();
        using var consumer = NewConsumer("late");
        var partition = new TopicPartition(Topic, 0);
        var value = new string('x', 1000);
        for (var i = 0; i < 10_000; i++)
        {
            producer.Produce(partition, new Message<string, string> { Key = "k", Value = value });
        }

        producer.Flush(Deadline);

        var range = consumer.QueryWatermarkOffsets(partition, Deadline);
        Assert.Equal(10_000, range.High.Value);
        Assert.InRange(range.Low.Value, 4_000, 6_500);
    }

    [Fact]
    public void Dispose_Twice_ThenUse_SaysDisposed()
    {
        var broker = Start(brokers: 1);
        broker.Dispose();
        broker.Dispose();

        Assert.Throws<ObjectDisposedException>(() => broker.StopBroker());
    }

    private static EmbeddedBroker Start(int brokers) => new(new EmbeddedBrokerOptions
    {
        Brokers = brokers,
        Topics = { [Topic] = Partitions },
        GroupRebalanceDelay = TimeSpan.Zero,
    });

    private IProducer<string, string> NewProducer(TimeSpan? messageTimeout = null) =>
        new ProducerBuilder<string, string>(new ProducerConfig
        {
            BootstrapServers = _broker.BootstrapServers,
            Partitioner = Partitioner.Murmur2Random,
            LingerMs = 0,
            MessageTimeoutMs = (int)(messageTimeout ?? Deadline).TotalMilliseconds,
            ReconnectBackoffMs = 10,
            ReconnectBackoffMaxMs = 50,
            RetryBackoffMs = 10,
            RetryBackoffMaxMs = 50,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    private IConsumer<string, string> NewConsumer(string group) =>
        new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = _broker.BootstrapServers,
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            SessionTimeoutMs = 2000,
            HeartbeatIntervalMs = 200,
            ReconnectBackoffMs = 10,
            ReconnectBackoffMaxMs = 50,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    private static IEnumerable<string> Values(int start, int count) => Enumerable.Range(start, count).Select(i => $"v{i:D4}");

    private static void Produce(IProducer<string, string> producer, int start, int count)
    {
        var delivered = 0;
        foreach (var value in Values(start, count))
        {
            producer.Produce(Topic, new Message<string, string> { Key = value, Value = value }, report =>
            {
                Assert.False(report.Error.IsError, report.Error.Reason);
                Interlocked.Increment(ref delivered);
            });
        }

        producer.Flush(Deadline);
        Assert.Equal(count, Volatile.Read(ref delivered));
    }

    private static List<ConsumeResult<string, string>> Consume(IConsumer<string, string> consumer, int count)
    {
        var records = new List<ConsumeResult<string, string>>();
        Until($"{count} records arrive", () =>
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(50)) is { } record)
            {
                records.Add(record);
            }

            return records.Count == count;
        });
        return records;
    }

    private static void Until(string what, Func<bool> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < Deadline, $"Waited {Deadline.TotalSeconds:0} s, but not: {what}.");
        }
    }
}
