using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fraud.Http.Inference.Grpc;

/// <summary>Healthy while models can be asked: what ServerReady says.</summary>
internal sealed class InferenceCheck(ModelCatalog catalog) : IHealthCheck
{
    public const string Name = "inference";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(catalog.IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
}
