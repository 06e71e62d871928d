using System.Net;
using Fraud.Http.RateLimits;
using Fraud.Http.Security;
using Fraud.Stream.Keys;
using Fraud.Tests.Http.Security;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.RateLimits;

/// <summary>Limits on every address, by what kind of work it makes.</summary>
public sealed class RequestRatesTests : IAsyncLifetime
{
    private const int Burst = 3;

    private readonly ServerFixture _server = new(new[] { "Reads", "Changes", "Pages", "Probes", "Metrics", "Webhooks" }
        .SelectMany(static kind => new[]
        {
            KeyValuePair.Create($"RequestRates:{kind}PerSecond", (string?)"1"),
            KeyValuePair.Create($"RequestRates:{kind}Burst", (string?)"3"),
        })
        .Append(KeyValuePair.Create("Security:KeyRefresh", (string?)"00:00:00.050"))
        .Append(KeyValuePair.Create("Stripe:WebhookSecrets", (string?)"whsec_0123456789abcdef0123456789abcdef"))
        .ToDictionary());

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Ask_MoreThanTheBurst_Is429WithWhenToComeBack_ForEachClassAndCaller()
    {
        var all = await SecuredServer.Key(_server.Services, Scopes.All);
        var other = await SecuredServer.Key(_server.Services, Scopes.All);
        (HttpMethod Method, string Path)[] classes =
        [
            (HttpMethod.Get, "/api/v1/anomalies?sort=score&limit=1000"),
            (HttpMethod.Put, "/api/v1/anomalies/1"),
            (HttpMethod.Get, "/metrics"),
        ];
        foreach (var (method, path) in classes)
        {
            await UntilLimited(method, path, all);
            using var others = await Send(method, path, other);
            Assert.NotEqual(HttpStatusCode.TooManyRequests, others.StatusCode);
        }

        // What no one has to prove goes by the address.
        foreach (var (method, path) in new[] { (HttpMethod.Get, "/review/page.js"), (HttpMethod.Get, "/health/live"), (HttpMethod.Post, "/webhooks/stripe") })
        {
            await UntilLimited(method, path, all);
        }
    }

    [Fact]
    public async Task Ask_AddressesOfOneClass_ShareItsLimit()
    {
        var key = await SecuredServer.Key(_server.Services, Scopes.All);
        await UntilLimited(HttpMethod.Get, "/stats", key);

        foreach (var path in new[] { "/api/v1/anomalies", "/api/2.0/mlflow/registered-models/search", "/cluster", "/api/v1/audit", "/v2/models/payments", "/train" })
        {
            await UntilLimited(HttpMethod.Get, path, key);
        }

        // Payments have a limit of their own.
        using var payment = await Send(HttpMethod.Post, "/predict", key);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, payment.StatusCode);
    }

    [Fact]
    public async Task EveryAddress_HasALimit()
    {
        var key = await SecuredServer.Key(_server.Services, Scopes.All);
        var unlimited = new List<string>();
        foreach (var (endpoint, method) in AuthorizationMatrix.Calls(_server.Services))
        {
            var access = endpoint.Metadata.GetMetadata<AccessRule>()?.Access ?? Access.Admin;
            var kind = endpoint.Metadata.GetMetadata<RateRule>()?.Class ?? RateRule.Default(access, method);
            // These read first how much it is.
            if (kind is RateClass.Payments || endpoint.RoutePattern.RawText!.Contains('{', StringComparison.Ordinal))
            {
                continue;
            }

            var isLimited = false;
            for (var i = 0; i < 3 * Burst && !isLimited; i++)
            {
                using var answer = await Send(new HttpMethod(method), endpoint.RoutePattern.RawText!, key);
                isLimited = answer.StatusCode == HttpStatusCode.TooManyRequests || answer.Headers.Contains("grpc-status");
            }

            if (!isLimited)
            {
                unlimited.Add($"{method} {endpoint.RoutePattern.RawText}");
            }
        }

        Assert.Empty(unlimited);
        var payments = AuthorizationMatrix.Calls(_server.Services)
            .Where(static call => call.Endpoint.Metadata.GetMetadata<RateRule>()?.Class is RateClass.Payments)
            .Select(static call => call.Endpoint.RoutePattern.RawText!).Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "/inference.GRPCInferenceService/ModelInfer", "/labels", "/predict", "/predict/batch", "/predict/stream",
                "/v2/models/{model}/infer", "/v2/models/{model}/versions/{version}/infer",
            ],
            payments);
    }

    private async Task UntilLimited(HttpMethod method, string path, string key)
    {
        // A second may pass, and then there is one more.
        for (var i = 0; i < 20 * Burst; i++)
        {
            using var answer = await Send(method, path, key);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero, path);
                Assert.StartsWith("application/", answer.Content.Headers.ContentType!.MediaType, StringComparison.Ordinal);
                Assert.True(answer.Headers.Contains("RateLimit"), path);
                return;
            }
        }

        Assert.Fail($"{path} has no limit");
    }

    private Task<HttpResponseMessage> Send(HttpMethod method, string path, string key)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-API-Key", key);
        return _server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
