using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using Fraud.Stream;
using Fraud.Stream.Batching;
using Fraud.Stream.Kafka;
using Fraud.Stream.Overload;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Tests.Stream.Kafka;
using Fraud.Tests.Stream.Poison;

namespace Fraud.Tests.Stream.Topology;

/// <summary>The graph of a node as <see cref="FraudTopology"/> joins it, with stages that the test plays.</summary>
internal sealed class TopologyPlayer : IDisposable
{
    /// <summary>A test kit with the dispatchers of the graph.</summary>
    public const string TestKit = $$"""
        {{PartitionsHost.TestKit}}
        {{FraudEngine.GraphDispatcher}} { {{Threads}} }
        {{FraudEngine.OnnxDispatcher}} { {{Threads}} }
        {{FraudEngine.StoreDispatcher}} { {{Threads}} }
        {{FraudEngine.SinkDispatcher}} { {{Threads}} }
        {{FraudEngine.ReaderDispatcher}} { {{Threads}} }
        """;

    // A lane that is held keeps its thread, and there are at most two.
    private const string Threads = "type = ForkJoinDispatcher, dedicated-thread-pool { thread-count = 2, threadtype = background }";

    private readonly BatchingOptions _batching;
    private readonly MicroBatchPool _batches;
    private long _offset;

    /// <param name="maxBatchSize">Most payments of a call of the model.</param>
    /// <param name="batchCapacity">Most payments of a batch over HTTP.</param>
    public TopologyPlayer(int maxBatchSize = 4, int batchCapacity = 4, int lanes = 1, TimeSpan linger = default)
    {
        _batching = new BatchingOptions { MaxBatchSize = maxBatchSize, LaneThreads = lanes, Linger = linger };
        _batches = new MicroBatchPool(batchCapacity, maxIdle: 0);
        Lanes = [.. Enumerable.Range(0, lanes).Select(_ => new PlayedLane(NewInlet(_batches)))];
    }

    public IReadOnlyList<PlayedLane> Lanes { get; }

    public PlayedStage<BatchGroup, IReadOnlyList<MicroBatch>> Persist { get; } = new(Batches);

    public PlayedStage<BatchGroup, IReadOnlyList<MicroBatch>> Reply { get; } = new(Batches);

    public PlayedStage<BatchGroup, IReadOnlyList<MicroBatch>> Repeat { get; } = new(Batches);

    public PlayedStage<BatchGroup, IReadOnlyList<MicroBatch>> Pages { get; } = new(Batches);

    public PlayedStage<BatchGroup, IReadOnlyList<MicroBatch>> Measure { get; } = new(Batches);

    /// <summary>Whether callers wait for answers to repeats in what is read.</summary>
    public bool HasRepeats { get; init; } = true;

    /// <summary>Payments that a transaction takes.</summary>
    public int MostInTransaction { get; init; } = 8;

    /// <summary>What a scored group adds to a transaction.</summary>
    public Func<BatchGroup, long> Weigh { get; init; } = static group => group.Payments;

    public static LaneInlet NewInlet(MicroBatchPool batches, InFlight? inFlight = null, int capacity = 100_000)
    {
        var overload = new OverloadOptions { QueueCapacity = capacity };
        var gate = new AdmissionGate(new OpenLanes(), new ShardRouter(1), new ShardDirectory(1), overload, TimeProvider.System);
        return new LaneInlet(batches, overload, gate, inFlight ?? new InFlight(), Suspects.New());
    }

    /// <param name="kafka">What is read for each lane, in their order.</param>
    public Task Run(IMaterializer materializer, params Source<CommittableBatch, NotUsed>[] kafka) => FraudTopology.Of(
        new TopologyStages([.. Lanes.Zip(kafka, static (lane, source) => lane.From(source))], _batching)
        {
            Weigh = Weigh,
            MostInTransaction = MostInTransaction,
            Persist = Persist.Apply,
            Reply = group => Reply.Apply(group),
            Repeat = group => Repeat.Apply(group),
            Pages = group => Pages.Apply(group),
            Measure = group => Measure.Apply(group),
        }).Run(materializer);

    /// <summary>A batch that was read of a partition.</summary>
    public CommittableBatch Read(int payments = 1, int partition = 0)
    {
        var batch = _batches.Rent();
        batch.KafkaPartition = partition;
        batch.HasRepeats = HasRepeats;
        for (var i = 0; i < payments; i++)
        {
            batch.Swap(new Payment { Shard = partition, KafkaOffset = _offset++ });
        }

        return new CommittableBatch(batch, new CommittableOffset(partition, 1, _offset));
    }

    public void Dispose()
    {
        foreach (var lane in Lanes)
        {
            lane.Dispose();
        }

        Persist.Dispose();
        Reply.Dispose();
        Repeat.Dispose();
        Pages.Dispose();
        Measure.Dispose();
    }

    internal static IReadOnlyList<MicroBatch> Batches(BatchGroup group) => [.. group.Batches];
}

/// <summary>A lane whose stages the test plays.</summary>
internal sealed class PlayedLane(LaneInlet inlet) : IDisposable
{
    public LaneInlet Inlet => inlet;

    public PlayedStage<BatchGroup, IReadOnlyList<MicroBatch>> Features { get; } = new(TopologyPlayer.Batches);

    /// <summary>What came to the features, in its order.</summary>
    public IReadOnlyList<MicroBatch> Taken => [.. Features.Seen.SelectMany(static group => group)];

    public PlayedStage<BatchGroup, IReadOnlyList<MicroBatch>> Score { get; } = new(TopologyPlayer.Batches);

    /// <summary>Keeps batches of Kafka back; none by default.</summary>
    public Func<CommittableBatch, Task<MicroBatch>> Pace { get; set; } = static read => Task.FromResult(read.Batch);

    /// <summary>Takes so many payments in over HTTP.</summary>
    public void Offer(int payments)
    {
        for (var i = 0; i < payments; i++)
        {
            Assert.True(inlet.TryOffer(new Payment()));
        }
    }

    public TopologyLane From(Source<CommittableBatch, NotUsed> kafka) =>
        new(inlet, Features.Apply, Score.Apply) { Kafka = kafka, Hold = read => Pace(read) };

    public void Dispose()
    {
        Features.Dispose();
        Score.Dispose();
    }
}

/// <summary>Batches of one payment, made as they are asked for, and how many of them were inside at once.</summary>
/// <param name="count">How many there are.</param>
/// <param name="passed">How many have passed where the test looks.</param>
internal sealed class CountedBatches(TopologyPlayer graph, int count, Func<int> passed)
{
    private readonly List<MicroBatch> _made = [];
    private int _most;

    /// <summary>All that were asked for; only once nothing is asked for any more.</summary>
    public IReadOnlyList<MicroBatch> Made => _made;

    public int MostInside => Volatile.Read(ref _most);

    public Source<CommittableBatch, NotUsed> Source => Akka.Streams.Dsl.Source.From(Make());

    private IEnumerable<CommittableBatch> Make()
    {
        for (var made = 1; made <= count; made++)
        {
            var read = graph.Read();
            _made.Add(read.Batch);
            Volatile.Write(ref _most, Math.Max(_most, made - passed()));
            yield return read;
        }
    }
}
