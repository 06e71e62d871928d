using Fraud.Model.Decoding;
using Fraud.Model.History;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Ingest;
using Fraud.Stream.Kafka;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Fraud.Stream.Tracing;
using Fraud.Tests.Stream.Poison;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fraud.Tests.Stream.Shards;

/// <summary>Has histories and a consumer without a broker; its markers go to the test, or pass at once.</summary>
internal sealed class GraphPlayer : IShardGraph, IAsyncDisposable
{
    private readonly System.Threading.Channels.Channel<ShardMarker> _markers = System.Threading.Channels.Channel.CreateUnbounded<ShardMarker>();
    private readonly PaymentTracer _tracer;
    private readonly StreamMetrics _metrics = new(TimeProvider.System);

    public GraphPlayer(IFraudStore store, ShardDirectory directory)
    {
        var options = new KafkaOptions { Partitions = 2 };
        _tracer = new PaymentTracer(new TracingOptions(), options, TimeProvider.System);
        var router = new ShardRouter(2);
        var profile = new Profile(new ProfileOptions(), 2);
        var loader = new CardLoader(store, NullLogger<CardLoader>.Instance, CancellationToken.None);
        Histories = new ShardHistories(
            profile, new TerminalFeed(profile, store, router, directory, loader),
            new ShardRecovery(store, profile, loader, new ClusterOptions(), TimeProvider.System, NullLogger<ShardRecovery>.Instance));
        Kafka = KafkaPartitions.Start(
            new PartitionsSettings(options, "127.0.0.1:9", Lanes: 1, QueueCapacity: 1),
            new RecordReader(new TransactionLimits(), Guards.New(), router, _tracer, new FieldCounts(_metrics), Suspects.New(), TimeProvider.System),
            new MicroBatchPool(4, 4), new SourceCounters(), TimeProvider.System, NullLogger<KafkaPartitions>.Instance);
    }

    public ShardHistories Histories { get; }

    public KafkaPartitions Kafka { get; }

    /// <summary>Markers of opening do not pass by themselves.</summary>
    public bool Holds { get; set; }

    /// <summary>The others do.</summary>
    public bool Answers { get; init; }

    public OpenShard? Opened { get; private set; }

    public bool TrySend(ShardMarker marker)
    {
        if (marker.Kind == MarkerKind.Open)
        {
            Opened = marker.Shard;
            if (!Holds)
            {
                marker.Opened();
            }
        }
        else if (Answers && marker.Kind != MarkerKind.TakeBack)
        {
            Histories.Terminals.Capture(marker);
            marker.Stored(sequence: 0);
        }

        return _markers.Writer.TryWrite(marker);
    }

    /// <summary>A marker was sent that the test did not take.</summary>
    public bool HasNext => _markers.Reader.TryPeek(out _);

    public async Task<ShardMarker> Next(MarkerKind kind)
    {
        while (true)
        {
            var marker = await _markers.Reader.ReadAsync().AsTask().WaitAsync(Poll.Deadline);
            if (marker.Kind == kind)
            {
                return marker;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Kafka.DisposeAsync();
        _tracer.Dispose();
        _metrics.Dispose();
    }
}
