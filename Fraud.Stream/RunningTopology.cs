using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Fraud.Stream.Batching;
using Fraud.Stream.FanOut;
using Fraud.Stream.Kafka;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Poison;
using Fraud.Stream.Scoring;
using Fraud.Stream.Shards;
using Fraud.Stream.State;

namespace Fraud.Stream;

/// <summary>One instance of the graph, from its start to its end.</summary>
/// <remarks>What it queues, cancels and answers is its own: the next instance knows nothing of it.</remarks>
public sealed class RunningTopology
{
    private readonly CancellationTokenSource _stop;
    private readonly LaneRouter _router;
    private readonly InFlight _inFlight = new();
    private readonly PoisonSuspects _poison;
    private readonly LaneInlet[] _inlets;
    private readonly ScoreFlow[] _scorers;
    private readonly Task _ended;
    private volatile bool _isStopping;

    /// <param name="stop">Ends it at once, with whatever is inside.</param>
    public RunningTopology(TopologyParts parts, ShardHistories histories, KafkaLanes kafka, Action<OpenShard> fenced, ActorSystem system, CancellationToken stop)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _router = parts.Router;
        _poison = parts.Poison;
        var isAnsweredEarly = parts.Persistence.Acknowledge == Acknowledge.Scored;
        var decide = new DecideFlow(parts.Scoring, isAnsweredEarly ? parts.Pace : null);
        _scorers = [.. Enumerable.Range(0, parts.Batching.LaneThreads).Select(lane => new ScoreFlow(
            parts.Models, decide, parts.Batching.MaxBatchSize, parts.Time, parts.Shadows.ElementAtOrDefault(lane)))];
        _inlets = [.. _scorers.Select(_ => new LaneInlet(parts.Batches, parts.Overload, parts.Gate, _inFlight, _poison))];
        var writer = new GroupWriter(
            parts.Store, parts.Persistence, parts.Metrics, fenced, parts.LogFor<GroupWriter>(), _stop.Token);
        var persistence = new PersistenceFlow(writer, histories.Terminals, parts.Persistence, parts.Store.GroupSize, parts.Time);
        var loader = new CardLoader(parts.Store, parts.LogFor<CardLoader>(), _stop.Token);
        var failures = new StageFailures(_poison, parts.LogFor<StageFailures>());
        var lanes = _inlets.Select((inlet, lane) =>
        {
            var features = new FeatureFlow(histories.Profile, histories.Terminals, loader, parts.Gate, parts.Time);
            return new TopologyLane(
                inlet,
                parts.Metrics.Timed("features", failures.OfGroups("features", features.Apply)),
                parts.Metrics.Timed("score", failures.OfGroups("score", group => Score(_scorers[lane], group))))
            {
                Kafka = kafka.Lane(lane),
                Hold = parts.Pace.Hold,
            };
        });
        _ended = Run(
            FraudTopology.Of(new TopologyStages([.. lanes], parts.Batching)
            {
                Weigh = persistence.WeightOf,
                MostInTransaction = persistence.MaxGroup,
                Persist = parts.Metrics.Timed("persistence", failures.OfGroups("persistence", Persist)),
                Reply = failures.Behind("replies", new ReplySink(kafka.Stored, parts.Pace, _inFlight).Apply),
                Alert = failures.Behind("alerts", new AlertSink(parts.WakeOutbox).Apply),
                Measure = failures.Behind("metrics", new MetricsSink(parts.Metrics, parts.Drift).Apply),
            }),
            system);
        _router.Connect(_inlets);

        BatchGroup Score(ScoreFlow scorer, BatchGroup group)
        {
            if (group.Payments > 0)
            {
                parts.Metrics.ScoredTogether(group.Payments);
            }

            return scorer.Apply(group);
        }

        BatchGroup Persist(BatchGroup group)
        {
            persistence.Apply(group);
            _poison.Stored(group.Batches);
            return group;
        }
    }

    /// <summary>
    /// Four elements wait at a boundary, where Akka lets sixteen: what waits is to wait in front, where it is counted and refused, and
    /// where payments over HTTP pass those of Kafka. With one, a lane would stand still after each group until the thread behind it has
    /// woken up and asked for the next: a fifth of what it can do (<c>fraud bench onnx</c>).
    /// </summary>
    public static ActorMaterializerSettings SettingsOf(ActorSystem system) =>
        ActorMaterializerSettings.Create(system).WithInputBuffer(4, 4).WithDispatcher(FraudEngine.GraphDispatcher);

    /// <summary>Payments over HTTP that wait for a lane.</summary>
    public int Waiting => _inlets.Sum(static inlet => inlet.Waiting);

    /// <summary>Completes when no stage runs any more.</summary>
    /// <exception cref="TopologyFailedException">A stage failed.</exception>
    public Task WhenEnded() => _ended;

    /// <summary>Sends a marker into the lane of its shard. False when intake was stopped.</summary>
    public bool TrySend(ShardMarker marker) => _inlets[marker.Shard.Shard % _inlets.Length].TrySend(marker);

    /// <summary>No more comes in; what is inside goes through to its end. <see cref="WhenEnded"/> tells when.</summary>
    public void StopIntake()
    {
        _isStopping = true;
        _router.Disconnect(_inlets);
        Array.ForEach(_inlets, static inlet => inlet.Complete());
    }

    /// <summary>
    /// Tells those who wait for what is left inside, so that each admitted payment has its one reply. Only after
    /// <see cref="WhenEnded"/>.
    /// </summary>
    public void FailUnanswered(Exception reason)
    {
        StopIntake();
        // The inlets first: what they gave until then is in flight.
        Payment[] waiting = [.. _inlets.SelectMany(static inlet => inlet.TakeUnfinished())];
        foreach (var payment in waiting.Concat(_inFlight.TakeAll().SelectMany(static batch => batch.Payments.ToArray())))
        {
            payment.Trace?.Failed(payment, "the graph stopped before it was stored");
            if (payment is { Reply: { } reply, IsAnswered: false })
            {
                payment.IsAnswered = true;
                // With the one that the graph ended for, coming back is of no use.
                reply.Fail(payment, _poison.Of(payment) == Suspicion.Poison ? PoisonedPaymentException.Instance : reason);
            }
        }
    }

    private async Task Run(IRunnableGraph<Task> graph, ActorSystem system)
    {
        // Its own, so that its end is the end of all stages, and of no other graph's. Without settings it would be the
        // system's.
        var materializer = ActorMaterializer.Create(system, SettingsOf(system));
        using var abort = _stop.Token.Register(materializer.Shutdown);
        try
        {
            await graph.Run(materializer);
            if (!_isStopping)
            {
                throw new TopologyFailedException("The graph ended, and nothing had asked it to.", null);
            }
        }
        catch (Exception error) when (!_stop.IsCancellationRequested && error is not TopologyFailedException)
        {
            throw new TopologyFailedException("A stage of the graph failed.", error);
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // Asked to: what is inside is not lost, its senders have it.
        }
        finally
        {
            // A failure reaches the sinks before the other stages have ended, and one may be waiting for the store.
            await _stop.CancelAsync();
            materializer.Shutdown();
            await materializer.Supervisor.WatchAsync(CancellationToken.None);
            Array.ForEach(_scorers, static scorer => scorer.Dispose());
            _stop.Dispose();
        }
    }
}
