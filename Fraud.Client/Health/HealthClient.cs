using System.Net;
using Fraud.Client.Requests;

namespace Fraud.Client;

/// <summary>Whether the service is there and can score. Needs no key.</summary>
public sealed class HealthClient
{
    private readonly Exchange _exchange;
    private readonly FraudJson _json;

    internal HealthClient(Exchange exchange) => (_exchange, _json) = (exchange, exchange.Types);

    /// <summary>Name and version of the service, and every public address.</summary>
    /// <exception cref="FraudApiException">There was no answer.</exception>
    public Task<ServiceIndex> GetServiceAsync(CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get(""), _json.ServiceIndex, cancellation);

    /// <summary>How the service is, and which model it serves.</summary>
    /// <inheritdoc cref="GetServiceAsync"/>
    public Task<Health> GetHealthAsync(CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get("health"), _json.Health, cancellation);

    /// <summary>The same under the name that Kubernetes' programs have for it.</summary>
    /// <inheritdoc cref="GetServiceAsync"/>
    public Task<Health> GetHealthzAsync(CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get("healthz"), _json.Health, cancellation);

    /// <summary>Whether the process answers. Says nothing of what it depends on.</summary>
    /// <inheritdoc cref="GetServiceAsync"/>
    public Task<Liveness> GetLiveAsync(CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get("health/live"), _json.Liveness, cancellation);

    /// <summary>The same under the name that Kubernetes' programs have for it.</summary>
    /// <inheritdoc cref="GetServiceAsync"/>
    public Task<Liveness> GetLivezAsync(CancellationToken cancellation = default) =>
        _exchange.Json(ApiCall.Get("livez"), _json.Liveness, cancellation);

    /// <summary>Whether the service can score now. "Not ready" is an answer and no exception.</summary>
    /// <inheritdoc cref="GetServiceAsync"/>
    public Task<Readiness> GetReadyAsync(CancellationToken cancellation = default) => Ready("health/ready", cancellation);

    /// <summary>The same under the name that Kubernetes' programs have for it.</summary>
    /// <inheritdoc cref="GetServiceAsync"/>
    public Task<Readiness> GetReadyzAsync(CancellationToken cancellation = default) => Ready("readyz", cancellation);

    private Task<Readiness> Ready(Address address, CancellationToken cancellation) => _exchange.Json(
        ApiCall.Get(address) with { AlsoAnswers = HttpStatusCode.ServiceUnavailable }, _json.Readiness, cancellation);
}
