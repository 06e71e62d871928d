using System.Collections.Concurrent;
using System.Globalization;
using Confluent.Kafka;
using Fraud.Model.Decoding;
using Fraud.Stream.Batching;
using Fraud.Stream.Commit;
using Fraud.Stream.Embedded;
using Fraud.Stream.Ingest;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fraud.Tests.Stream.Ingest;

public sealed class KafkaSourceTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly EmbeddedBroker _broker = new(new EmbeddedBrokerOptions
    {
        Topics = { ["transactions"] = 2 },
        GroupRebalanceDelay = TimeSpan.Zero,
    });
    private readonly TempFolder _folder = new();
    private readonly SqliteStore _store;
    private readonly PartitionProgress _progress = new();
    private readonly SourceCounters _counters = new();
    private readonly LaneProbe _lane = new();
    private CancellationTokenSource _stopIntake = new();
    private readonly CancellationTokenSource _abort = new();
    private TestShards? _shards;
    private Task _running = Task.CompletedTask;

    public KafkaSourceTests()
    {
        _store = new SqliteStore(new StorageOptions { SqliteFile = _folder.File("fraud.db") }, "transactions", TimeProvider.System);
        _store.Open();
    }

    [Fact]
    public async Task Run_RecordsWaiting_HandsThemOverInOrderWithTheirOffsets()
    {
        Produce(count: 100);

        Start();

        var payments = _lane.Take(100, Deadline);
        foreach (var shard in payments.GroupBy(static payment => payment.Shard))
        {
            Assert.Equal(Enumerable.Range(0, shard.Count()).Select(static i => (long)i), shard.Select(static payment => payment.KafkaOffset));
        }

        Assert.Equal(100, payments.Select(static payment => payment.Id).Distinct().Count());
        await Stop();
    }

    [Fact]
    public async Task Run_LaneFull_PausesKeepsItsPlaceAndLosesNothing()
    {
        _lane.Refuse();
        Produce(count: 2_000);
        Start();
        await Until(() => _counters.PausedPartitions == 2);

        _lane.Accept();

        Assert.Equal(2_000, _lane.Take(2_000, Deadline).Select(static payment => payment.Id).Distinct().Count());
        await Until(() => _counters.PausedPartitions == 0);
        Assert.Equal(0, _counters.RecordsMissing);
        await Stop();
    }

    [Fact]
    public async Task Run_RecordUndecodable_KeepsItsPlaceAsDeadLetterWithReason()
    {
        ProduceRaw("""{"transaction_id":"a","card_id":"c","amount":1}""");
        ProduceRaw("""{"transaction_id":"b","card_id":"c","amount":"12"}""");
        ProduceRaw("""{"transaction_id":"d","card_id":"c","amount":2}""");

        Start();

        var payments = _lane.Take(3, Deadline);
        Assert.Equal([PaymentState.Received, PaymentState.Undecodable, PaymentState.Received], payments.Select(static payment => payment.State));
        Assert.Equal("invalid_field", payments[1].Letter!.Reason);
        Assert.StartsWith("amount: expected", payments[1].Letter!.Error, StringComparison.Ordinal);
        Assert.Equal("c"u8.ToArray(), payments[1].Letter!.Key);
        await Stop();
    }

    [Fact]
    public async Task Run_StoreHoldsAnOffset_ReadsOnFromThereWhateverTheGroupSays()
    {
        Produce(count: 50);
        Start();
        _lane.Take(50, Deadline);
        await Stop();

        // Nothing was stored, so a new start reads all of it again.
        Start();

        Assert.Equal(50, _lane.Take(50, Deadline).Count);
        await Stop();
    }

    [Fact]
    public async Task Run_LogShorterThanTheLag_CountsExactlyWhatIsGone()
    {
        ProduceTo(partition: 0, count: 30);
        Start();
        _lane.Take(30, Deadline);
        await Stop();
        _store.Commit([Storage.StoredPayments.FromKafka(0, Storage.StoredPayments.Paid("stored", offset: 9))], _store.OwnAll(shards: 2));
        _broker.DropRecords("transactions", 0, beforeOffset: 25);

        Start();

        Assert.Equal([25L, 26, 27, 28, 29], _lane.Take(5, Deadline).Select(static payment => payment.KafkaOffset));
        Assert.Equal(15, _counters.RecordsMissing);
        await Stop();
    }

    [Fact]
    public async Task Run_TransactionsOfAProducer_LoseNothingAndNoneIsCalledMissing()
    {
        using (var producer = new ProducerBuilder<string, string>(new ProducerConfig
        {
            BootstrapServers = _broker.BootstrapServers,
            TransactionalId = "payments",
        }).Build())
        {
            producer.InitTransactions(Deadline);
            for (var transaction = 0; transaction < 5; transaction++)
            {
                producer.BeginTransaction();
                for (var i = 0; i < 10; i++)
                {
                    ProduceTo(producer, partition: 0, (transaction * 10) + i);
                }

                producer.CommitTransaction(Deadline);
            }
        }

        Start();

        Assert.Equal(50, _lane.Take(50, Deadline).Select(static payment => payment.Id).Distinct().Count());
        Assert.Equal(0, _counters.RecordsMissing);
        await Stop();
    }

    [Fact]
    public async Task Run_BrokerDownAndUp_ReadsOn()
    {
        Produce(count: 10);
        Start();
        _lane.Take(10, Deadline);

        _broker.StopBroker();
        _broker.StartBroker();
        Produce(count: 10, from: 10);

        Assert.Equal(10, _lane.Take(10, Deadline).Count);
        await Stop();
    }

    public void Dispose()
    {
        _abort.Cancel();
        _running.Wait(Deadline);
        _shards?.Dispose();
        _store.Dispose();
        _broker.Dispose();
        _folder.Dispose();
        _stopIntake.Dispose();
        _abort.Dispose();
    }

    private void Start()
    {
        var options = new KafkaOptions { Partitions = 2, SessionTimeout = TimeSpan.FromSeconds(2), DrainTimeout = TimeSpan.FromMilliseconds(200) };
        // A start of the graph makes its shards anew.
        _shards?.Dispose();
        _shards = new TestShards(_store, shards: 2, _progress).Keep();
        var source = new KafkaSource(
            options, _broker.BootstrapServers, new TransactionLimits(), new MicroBatchPool(64, 64), _lane, _shards.Parts.Keeper, _progress,
            _counters, TimeProvider.System, NullLogger<KafkaSource>.Instance);
        _running = Task.Factory.StartNew(
            () => source.Run(_stopIntake.Token, _abort.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private async Task Stop()
    {
        await _stopIntake.CancelAsync();
        await _running.WaitAsync(Deadline);
        _stopIntake.Dispose();
        _stopIntake = new CancellationTokenSource();
    }

    private void Produce(int count, int from = 0)
    {
        using var producer = Producer();
        for (var i = from; i < from + count; i++)
        {
            var card = string.Create(CultureInfo.InvariantCulture, $"card-{i % 20}");
            producer.Produce("transactions", new Message<string, string>
            {
                Key = card,
                Value = $$"""{"transaction_id":"t-{{i}}","card_id":"{{card}}","amount":1.50,"event_time":1700000000}""",
            });
        }

        producer.Flush(Deadline);
    }

    private void ProduceTo(int partition, int count)
    {
        using var producer = Producer();
        for (var i = 0; i < count; i++)
        {
            ProduceTo(producer, partition, i);
        }

        producer.Flush(Deadline);
    }

    private static void ProduceTo(IProducer<string, string> producer, int partition, int number) => producer.Produce(
        new TopicPartition("transactions", partition),
        new Message<string, string>
        {
            Key = "card",
            Value = string.Create(CultureInfo.InvariantCulture, $$"""{"transaction_id":"t-{{number}}","card_id":"card","amount":1}"""),
        });

    private void ProduceRaw(string value)
    {
        using var producer = Producer();
        producer.Produce("transactions", new Message<string, string> { Key = "c", Value = value });
        producer.Flush(Deadline);
    }

    private IProducer<string, string> Producer() => new ProducerBuilder<string, string>(new ProducerConfig
    {
        BootstrapServers = _broker.BootstrapServers,
        Partitioner = Confluent.Kafka.Partitioner.Murmur2Random,
    }).Build();

    private static async Task Until(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            await timer.WaitForNextTickAsync(deadline.Token);
        }
    }

    /// <summary>Takes batches or refuses them, and copies what was in them.</summary>
    private sealed class LaneProbe : ILaneIntake
    {
        private readonly BlockingCollection<SeenPayment> _seen = [];
        private volatile bool _refuse;

        public void Refuse() => _refuse = true;

        public void Accept() => _refuse = false;

        public bool TryOffer(MicroBatch batch)
        {
            if (_refuse)
            {
                return false;
            }

            foreach (var payment in batch.Payments)
            {
                _seen.Add(new SeenPayment(
                    payment.Transaction.Id.ToString(), payment.Shard, payment.KafkaOffset, payment.State, payment.DeadLetter));
            }

            batch.Release();
            return true;
        }

        public bool TryOffer(Payment payment) => throw new NotSupportedException();

        public List<SeenPayment> Take(int count, TimeSpan deadline)
        {
            var taken = new List<SeenPayment>();
            using var cancellation = new CancellationTokenSource(deadline);
            while (taken.Count < count)
            {
                taken.Add(_seen.Take(cancellation.Token));
            }

            return taken;
        }
    }

    private sealed record SeenPayment(string Id, int Shard, long KafkaOffset, PaymentState State, DeadLetter? Letter);
}
