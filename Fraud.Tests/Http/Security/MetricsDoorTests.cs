using System.Net;
using Fraud.Http.Settings;
using Fraud.Stream.Keys;
using Microsoft.Extensions.Configuration;

namespace Fraud.Tests.Http.Security;

/// <summary>Metrics are behind a scope of their own, and beside it at an address of their own, where nothing else is.</summary>
public sealed class MetricsDoorTests : IAsyncLifetime
{
    private readonly ServerFixture _server = new(new() { ["Http:MetricsUrls"] = "http://127.0.0.1:0", ["Security:KeyRefresh"] = "00:00:00.050" });
    private readonly HttpClient _door = new();

    public async Task InitializeAsync()
    {
        await _server.InitializeAsync();
        _door.BaseAddress = new Uri(_server.Urls.Last());
        Assert.NotEqual(_server.Client.BaseAddress, _door.BaseAddress);
    }

    public async Task DisposeAsync()
    {
        _door.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task FrontDoor_NeedsTheScope_AndTheDoorOfMetricsNeedsNone()
    {
        Assert.Equal(HttpStatusCode.Forbidden, await Status(_server.Client, "/metrics", await SecuredServer.Key(_server.Services, Scopes.Score | Scopes.Analyst | Scopes.Admin)));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(_server.Client, "/metrics"));
        Assert.Equal(HttpStatusCode.OK, await Status(_server.Client, "/metrics", await SecuredServer.Key(_server.Services, Scopes.Metrics)));

        Assert.Equal(HttpStatusCode.OK, await Status(_door, "/metrics"));
        Assert.Contains("api_requests_total", await _door.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DoorOfMetrics_HasNothingElse_WhateverIsSentAlong()
    {
        var key = await SecuredServer.Key(_server.Services, Scopes.All);
        foreach (var path in new[] { "/", "/health", "/stats", "/cluster", "/api/v1/anomalies", "/review", "/openapi.json", "/v2", "/metrics/", "/METRICS/x" })
        {
            Assert.Equal(HttpStatusCode.NotFound, await Status(_door, path, key));
        }

        using var payment = await _door.PostAsync("/predict", new StringContent("{}", null, "application/json"));
        Assert.Equal(HttpStatusCode.NotFound, payment.StatusCode);
        // A name makes no door.
        using var disguised = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        disguised.Headers.Host = _door.BaseAddress!.Authority;
        using var answer = await _server.Client.SendAsync(disguised);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("https://127.0.0.1:9464", "MetricsUrls: expected http://ADDRESS:PORT")]
    [InlineData("127.0.0.1:9464", "MetricsUrls: expected http://ADDRESS:PORT")]
    [InlineData("http://0.0.0.0:8000", "expected other ports")]
    public void Setting_Wrong_IsNamed(string urls, string mistake)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Http:MetricsUrls", urls)]).Build();

        Assert.Contains(SettingsCheck.Mistakes(settings), found => found.Contains(mistake, StringComparison.Ordinal));
    }

    private static async Task<HttpStatusCode> Status(HttpClient client, string path, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (key is not null)
        {
            request.Headers.Add("X-API-Key", key);
        }

        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
