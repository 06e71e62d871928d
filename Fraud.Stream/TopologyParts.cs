using Fraud.Stream.Batching;
using Fraud.Stream.Drift;
using Fraud.Stream.FanOut;
using Fraud.Stream.Overload;
using Fraud.Stream.Poison;
using Fraud.Stream.Scoring;
using Fraud.Stream.Shadow;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Fraud.Stream.Tracing;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream;

/// <summary>What a graph is made of; outlives it, so that a graph that failed can be built anew.</summary>
public sealed record TopologyParts(
    LaneRouter Router,
    AdmissionGate Gate,
    MicroBatchPool Batches,
    ModelRoutes Models,
    IFraudStore Store,
    StreamMetrics Metrics,
    TimeProvider Time,
    ILoggerFactory Loggers)
{
    public required BatchingOptions Batching { get; init; }

    public required OverloadOptions Overload { get; init; }

    public required ScoringOptions Scoring { get; init; }

    public required PersistenceOptions Persistence { get; init; }

    /// <summary>How quickly Kafka's payments are taken.</summary>
    public required KafkaPace Pace { get; init; }

    /// <summary>What former graphs failed with.</summary>
    public required PoisonSuspects Poison { get; init; }

    /// <summary>Where each scoring thread leaves what shadow models score; empty when there are none.</summary>
    public IReadOnlyList<ShadowRing> Shadows { get; init; } = [];

    /// <summary>Looks at what was scored; null when nobody asks.</summary>
    public DriftMonitor? Drift { get; init; }

    /// <summary>Counts what payments came without; null when nobody asks.</summary>
    public FieldCounts? Fields { get; init; }

    /// <summary>Begins the traces of payments; null where none are.</summary>
    public PaymentTracer? Tracer { get; init; }

    /// <summary>Tells the outbox publisher that there is something to send.</summary>
    public required Action WakeOutbox { get; init; }

    public ILogger<T> LogFor<T>() => Loggers.CreateLogger<T>();
}
