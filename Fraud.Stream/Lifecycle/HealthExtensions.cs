using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fraud.Stream.Lifecycle;

/// <summary>What a health check is asked for.</summary>
public static class HealthTags
{
    /// <summary>A failure is cured by a restart of the process. No check has it so far: the graph restarts itself.</summary>
    public const string Live = "live";

    /// <summary>Must hold before this node takes payments.</summary>
    public const string Ready = "ready";
}

/// <summary>Registers what must be in order before this node takes payments, in the order in which people read it.</summary>
internal static class HealthExtensions
{
    // Within the three seconds that a probe waits in deploy/kubernetes.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public static IServiceCollection AddReadinessChecks(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .Add<GraphCheck>("graph")
            .Add<StoreCheck>("database")
            .Add<ModelCheck>("model")
            .Add<ClusterCheck>("cluster")
            .Add<KafkaCheck>("kafka")
            .Add<ShardsCheck>("shards")
            .Add<PartsCheck>("parts");
        return services;
    }

    public static HealthCheckResult Result(this HealthCheckContext context, bool isReady, string detail) =>
        new(isReady ? HealthStatus.Healthy : context.Registration.FailureStatus, detail);

    private static IHealthChecksBuilder Add<T>(this IHealthChecksBuilder checks, string name)
        where T : class, IHealthCheck
    {
        // One for all probes: some remember what they saw.
        checks.Services.AddSingleton<T>();
        return checks.AddCheck<T>(name, HealthStatus.Unhealthy, [HealthTags.Ready], Timeout);
    }
}
