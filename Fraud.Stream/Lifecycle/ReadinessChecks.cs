using System.Globalization;
using Fraud.Stream.Formation;
using Fraud.Stream.Ingest;
using Fraud.Stream.Kafka;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Scoring;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fraud.Stream.Lifecycle;

/// <summary>Healthy while the graph runs and no shard recovers.</summary>
internal sealed class GraphCheck(GraphStatus graph) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(context.Result(graph.IsReady(out var detail), detail));
}

/// <summary>Healthy while the store answers. Rows that it refuses are said, and no reason to take no payments: those are answered and counted.</summary>
internal sealed class StoreCheck(IFraudStore store, ResultsFeed rows) : IHealthCheck
{
    private readonly Lock _gate = new();
    private Task _ping = Task.CompletedTask;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await Ping().WaitAsync(cancellationToken);
            return HealthCheckResult.Healthy(rows.Refused.Parked is > 0 and var parked
                ? string.Create(CultureInfo.InvariantCulture, $"{store.Kind}; it refuses the rows of {parked} payments")
                : store.Kind);
        }
        catch (StoreUnavailableException error)
        {
            return context.Result(isReady: false, $"{store.Kind}: {error.Message}");
        }
    }

    // The store blocks its caller. All who ask while it hangs wait for the same call, so asking holds one thread at most.
    private Task Ping()
    {
        lock (_gate)
        {
            return _ping = _ping.IsCompleted ? Task.Run(store.Ping) : _ping;
        }
    }
}

/// <summary>Healthy while a model is in service.</summary>
internal sealed class ModelCheck(ModelRoutes models) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var by = models.Champion.Current.ScoredBy;
        var detail = $"{by.Model} version {by.Version}";
        if (models.Features?.Current.ScoredBy is { } features)
        {
            detail += $"; {features.Model} version {features.Version} for feature lists";
        }

        return Task.FromResult(HealthCheckResult.Healthy(detail));
    }
}

/// <summary>
/// Healthy while the consumer runs and the topic has as many partitions as there are shards (rule 28 of docs/decisions/0011). The graph does not need the
/// consumer: payments over HTTP are scored without it.
/// </summary>
internal sealed class KafkaCheck(SourceCounters source, PartitionCount partitions) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(partitions.Problem is { } problem
            ? context.Result(isReady: false, problem)
            : context.Result(source.State == SourceState.Running, source.State.ToString().ToLowerInvariant()));
}

/// <summary>Healthy while this node is part of its cluster; with a store of its own it always is.</summary>
internal sealed class ClusterCheck(FormationStatus formation) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(formation switch
        {
            { Ended: { IsCompletedSuccessfully: true } ended } => context.Result(isReady: false, ended.Result.Reason),
            { Joined.IsCompleted: false } => context.Result(isReady: false, "looking for the cluster"),
            _ => HealthCheckResult.Healthy("joined"),
        });
}

/// <summary>
/// Healthy once a shard was opened here, so that traffic comes to a node only when it can be answered. On a node alone all have to be,
/// which the graph's check says. In a cluster, a node that no shard is given to is ready when its region runs: it sends payments on.
/// </summary>
/// <remarks>Stays so: a move of shards must not take every node out of service at once.</remarks>
internal sealed class ShardsCheck(ShardDirectory directory, ShardPhases phases, ShardRegionRef region) : IHealthCheck
{
    private volatile bool _hasOpened;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        _hasOpened |= directory.Open.Count > 0 || (region.Region is not null && phases.Opening == 0);
        var detail = $"{directory.Open.Count} of {directory.Shards} open here";
        return Task.FromResult(context.Result(_hasOpened, _hasOpened ? detail : detail + "; waiting for the first"));
    }
}

/// <summary>Healthy while no part of the engine is down for longer than the longest pause before it starts again.</summary>
internal sealed class PartsCheck(EngineParts parts, LifecycleOptions options, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var down = parts.DownFor(options.RestartMax)
            .Select(part => $"{part.Name} is down for {time.GetElapsedTime(part.DownSince!.Value).TotalSeconds:0} s").ToArray();
        return Task.FromResult(context.Result(down.Length == 0, down.Length == 0 ? $"{parts.All.Count} parts run" : string.Join(", ", down)));
    }
}
