using Fraud.Stream.Journal;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Stream.Storage;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging;

namespace Fraud.Stream.FanOut;

/// <summary>Makes the stage that commits.</summary>
public sealed class CommitStages(IFraudStore store, PersistenceOptions options, FeatureSample sample, StreamMetrics metrics, ILogger<GroupWriter> log)
{
    /// <param name="fenced">Told the shards that another node has. Must not block.</param>
    /// <param name="stop">Ends waits for the store.</param>
    public PersistenceFlow Of(TerminalFeed terminals, Action<OpenShard> fenced, CancellationToken stop) =>
        new(
        new GroupWriter(store, options, metrics, fenced, log, stop), new GroupPages(sample, metrics.Time), terminals, options, store.GroupSize, metrics.Time);
}
