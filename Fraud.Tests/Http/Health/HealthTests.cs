using System.Net;
using System.Text.Json;
using Fraud.Stream.Embedded;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Health;

public sealed class HealthTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Get_Root_SaysWhatThereIsAndWhereToReadOn()
    {
        var root = await Get("/");

        Assert.Equal("fraud-detection-api", root.GetProperty("name").GetString());
        Assert.Equal("/api/docs", root.GetProperty("docs").GetString());
        var endpoints = root.GetProperty("endpoints").EnumerateArray().Select(static one => one.GetString()).ToArray();
        Assert.Subset(
            endpoints.ToHashSet(),
            new HashSet<string?>
            {
                "POST /predict", "POST /predict/batch", "GET /health", "GET /health/ready", "GET /health/live", "GET /metrics", "GET /stats",
                "GET /model/info", "POST /train", "GET /train", "GET /train/{id}", "DELETE /train/{id}",
            });
    }

    [Theory]
    [InlineData("/health", "healthy")]
    [InlineData("/healthz", "healthy")]
    [InlineData("/health/live", "live")]
    [InlineData("/livez", "live")]
    public async Task Get_Health_SaysItsStatus(string path, string status) =>
        Assert.Equal(status, (await Get(path)).GetProperty("status").GetString());

    [Fact]
    public async Task Get_Health_NamesServiceModelAndUptime()
    {
        var health = await Get("/health");

        Assert.Equal("fraud-detection-api", health.GetProperty("service").GetString());
        Assert.Equal("payments", health.GetProperty("model").GetString());
        Assert.Equal("1", health.GetProperty("model_version").GetString());
        Assert.True(health.GetProperty("uptime_seconds").GetDouble() >= 0);
        Assert.EndsWith("Z", health.GetProperty("timestamp").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health/ready")]
    [InlineData("/readyz")]
    public async Task Get_Ready_SaysOkOfEachByName(string path)
    {
        await server.UntilReady();

        var ready = await Get(path);

        Assert.Equal("ready", ready.GetProperty("status").GetString());
        Assert.All(ready.GetProperty("checks").EnumerateObject(), static check => Assert.Equal("ok", check.Value.GetString()));
        Assert.Equal("ok", ready.GetProperty("checks").GetProperty("database").GetString());
        Assert.Equal(
            ready.GetProperty("checks").EnumerateObject().Select(static check => check.Name),
            ready.GetProperty("details").EnumerateObject().Select(static check => check.Name));
    }

    [Fact]
    public async Task Post_Health_Is405()
    {
        using var response = await server.Post("/health", "{}");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Get_Health_IsJsonThatNoProxyKeeps(string path)
    {
        using var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
    }

    private async Task<JsonElement> Get(string path)
    {
        using var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }
}

/// <summary>A node of a cluster is not ready before there is a shard to serve.</summary>
[Collection(PostgresNodesCollection.Name)]
public sealed class ShardReadinessTests(PostgresServer postgres)
{
    [Fact]
    public async Task Get_Ready_KafkaAway_Is200OnceShardsAreOpen()
    {
        // Port 9 of this machine: discard, which nobody runs.
        var server = new ServerFixture(Settings("127.0.0.1:9"));
        await server.InitializeAsync();
        try
        {
            // Shards are the cluster's to give, and the store's to recover: payments over HTTP are scored without a broker.
            JsonElement ready = default;
            await Poll.Until(async () =>
            {
                (var status, ready) = await Ready(server);
                return status == HttpStatusCode.OK && ready.GetProperty("details").GetProperty("shards").GetString() == "6 of 6 open here";
            });

            Assert.Equal("ok", ready.GetProperty("checks").GetProperty("database").GetString());
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Get_Ready_ShardsAssigned_Is200()
    {
        using var broker = new EmbeddedBroker(new EmbeddedBrokerOptions
        {
            Topics = { ["transactions"] = 6, ["fraud_labels"] = 1, ["fraud_alerts"] = 1, ["transactions.dead_letter"] = 1 },
        });
        var server = new ServerFixture(Settings(broker.BootstrapServers));
        await server.InitializeAsync();
        try
        {
            // A rebalance at the start may take it back for a moment.
            JsonElement ready = default;
            await Poll.Until(async () =>
            {
                (var status, ready) = await Ready(server);
                return status == HttpStatusCode.OK;
            });

            Assert.Equal("ok", ready.GetProperty("checks").GetProperty("shards").GetString());
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private Dictionary<string, string?> Settings(string kafka) => new()
    {
        ["Kafka:BootstrapServers"] = kafka,
        ["Storage:Kind"] = "Postgres",
        ["Storage:Postgres"] = postgres.CreateDatabase(),
    };

    private static async Task<(HttpStatusCode Status, JsonElement Ready)> Ready(ServerFixture server)
    {
        using var response = await server.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }
}
