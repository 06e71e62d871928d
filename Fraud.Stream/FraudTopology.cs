using Fraud.Stream.Batching;
using Fraud.Stream.FanOut;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Scoring;
using Fraud.Stream.State;

namespace Fraud.Stream;

/// <summary>
/// The whole graph: stages joined by bounded queues of micro-batches. Stages know no other stage;
/// this file alone joins them.
/// <code>
///  KafkaSource ──┐            ┌► Express ┐                       ┌► Express, Bulk ► PersistenceSink ► store, answers
///                ├► ShardLane ┤          ├► ScoreFlow ► FanOut ──┼► AlertSink ► outbox ► Kafka
///  AdmissionGate ┘  (profile) └► Bulk ───┘  + DecideFlow         └► MetricsSink ► /metrics, drift
///                    champion, challengers by card, │
///                    model of feature lists         └► ShadowRing (full: drops) ► ShadowService ► shadow_scores
/// </code>
/// </summary>
public sealed class FraudTopology
{
    private const int QuickSinkQueues = 16;

    private readonly StageGroup _stages;
    private readonly LaneRouter _router;
    private readonly ShardLane[] _lanes;
    private readonly ScoreFlow[] _scorers;
    private readonly BatchInlet[] _inlets;
    private readonly BatchInlet[] _toStore;
    private readonly PersistenceSink _persistence;

    /// <param name="parts">What the stages are made of.</param>
    /// <param name="shards">The histories and what goes with them.</param>
    public FraudTopology(TopologyParts parts, ShardParts shards, CancellationToken stop)
    {
        var batching = parts.Batching;
        _stages = new StageGroup(parts.LogFor<StageGroup>(), stop);
        _router = parts.Router;

        // Sinks. Each has its own queue; the fan-out waits for the slowest. Two inlets a scoring thread into the store.
        var storeWake = new WakeSignal();
        var toStore = _toStore = NewArray(batching.ScoreThreads, _ => new BatchInlet(batching.QueueCapacity, storeWake));
        // The quick sinks need microseconds a batch; where threads outnumber processors they still wait for their turn,
        // and nobody should have to wait for that.
        var toAlerts = new StageQueue<MicroBatch>(QuickSinkQueues * batching.QueueCapacity);
        var toMetrics = new StageQueue<MicroBatch>(QuickSinkQueues * batching.QueueCapacity);
        var outlets = NewArray(batching.ScoreThreads, thread => new SinkOutlet(toStore[thread], toAlerts, toMetrics));

        _persistence = new PersistenceSink(
            new BatchIntake(toStore, storeWake), parts.Store, parts.Progress, shards, parts.Persistence, parts.Metrics,
            parts.Pace, parts.Time, parts.LogFor<PersistenceSink>());
        _stages.Start("persistence", _persistence.Run);
        _stages.Start("alerts", new AlertSink(toAlerts, parts.WakeOutbox).Run);
        _stages.Start("metrics", new MetricsSink(toMetrics, parts.Metrics, parts.Drift).Run);

        // Scoring: one wake signal a thread, two inlets a lane.
        var wakes = NewArray(batching.ScoreThreads, static _ => new WakeSignal());
        var inlets = _inlets = NewArray(batching.LaneThreads, lane => new BatchInlet(batching.QueueCapacity, wakes[lane % wakes.Length]));
        var decide = new DecideFlow(parts.Scoring, parts.Persistence.Acknowledge == Acknowledge.Scored ? parts.Pace : null);
        var scorers = _scorers = NewArray(wakes.Length, thread => new ScoreFlow(
            [.. inlets.Where((_, lane) => lane % wakes.Length == thread)], wakes[thread], parts.Models, decide, batching, outlets[thread],
            parts.Time, parts.Shadows.ElementAtOrDefault(thread)));
        _stages.Start("score", [.. scorers.Select(static scorer => (Action<CancellationToken>)scorer.Run)], whenAllEnded: () => Array.ForEach(outlets, static outlet => outlet.Complete()));

        // Lanes: features in order; HTTP before Kafka.
        _lanes = NewArray(batching.LaneThreads, lane => new ShardLane(
            shards.Profile, shards.Progress, shards.Loader, parts.Batches, parts.Gate.Return, inlets[lane],
            parts.Overload.QueueCapacity, batching.QueueCapacity, parts.Time, parts.Gate.Expire, parts.Pace));
        foreach (var (lane, index) in _lanes.Select(static (lane, index) => (lane, index)))
        {
            _stages.Start($"lane-{index}", lane.Run, whenEnded: inlets[index].Complete);
        }

        // Sources reach the lanes through the router, which they keep when the graph is rebuilt.
        _router.Connect(_lanes);
    }

    /// <summary>Completes when the graph stopped; faulted when a stage failed.</summary>
    public Task WhenEnded() => _stages.WhenEnded();

    /// <summary>Payments that wait for a lane, over HTTP and in batches from Kafka.</summary>
    public (int Payments, int Batches) Waiting =>
        (_lanes.Sum(static lane => lane.WaitingPayments), _lanes.Sum(static lane => lane.WaitingBatches));

    /// <summary>
    /// No more comes in; what is inside goes through to its end. <see cref="WhenEnded"/> tells when.
    /// </summary>
    public void StopIntake()
    {
        _router.Disconnect();
        foreach (var lane in _lanes)
        {
            lane.Complete();
        }
    }

    /// <summary>
    /// After a failure: tells those who wait for what is left inside, so that each admitted payment has its one
    /// reply. Only after <see cref="WhenEnded"/>.
    /// </summary>
    public void FailUnanswered(Exception reason)
    {
        StopIntake();
        foreach (var payment in Unfinished())
        {
            payment.Trace?.Failed(payment, "the graph stopped before it was stored");
            if (payment is { Reply: { } reply, IsAnswered: false })
            {
                payment.IsAnswered = true;
                reply.Fail(payment, reason);
            }
        }
    }

    private IEnumerable<Payment> Unfinished()
    {
        var batches = _persistence.Unfinished
            .Concat(_toStore.SelectMany(static inlet => Left(inlet.Express)))
            .Concat(_scorers.SelectMany(static scorer => scorer.Unfinished))
            .Concat(_inlets.SelectMany(static inlet => Left(inlet.Express)));
        return batches.SelectMany(static batch => batch.Payments.ToArray())
            .Concat(_lanes.SelectMany(static lane => lane.TakeUnfinished()));
    }

    private static IEnumerable<MicroBatch> Left(StageQueue<MicroBatch> queue)
    {
        while (queue.TryRead(out var batch))
        {
            yield return batch;
        }
    }

    private static T[] NewArray<T>(int length, Func<int, T> create) => [.. Enumerable.Range(0, length).Select(create)];
}
