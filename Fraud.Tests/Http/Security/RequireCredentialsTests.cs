using System.Net;
using Fraud.Http;
using Fraud.Stream.Keys;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Security;

/// <summary>Where keys are asked for before there is one: ENABLE_API_AUTH=true of the reference systems.</summary>
public sealed class RequireCredentialsTests
{
    [Fact]
    public async Task Loopback_WithoutAnyKey_IsClosedUntilThereIsOne()
    {
        var server = new ServerFixture(new() { ["Security:RequireCredentials"] = "true", ["Security:KeyRefresh"] = "00:00:00.050" });
        await server.InitializeAsync();
        try
        {
            foreach (var path in new[] { "/api/v1/anomalies", "/stats", "/cluster", "/metrics", "/api/v1/audit" })
            {
                Assert.Equal((path, HttpStatusCode.Unauthorized), (path, await Status(server.Client, path)));
            }

            using var payment = await server.Post("/predict", """{"amount":1}""");
            Assert.Equal(HttpStatusCode.Unauthorized, payment.StatusCode);
            Assert.Equal(HttpStatusCode.OK, await Status(server.Client, "/health/live"));

            Assert.Equal(HttpStatusCode.OK, await Status(server.Client, "/stats", await SecuredServer.Key(server.Services, Scopes.Score)));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task BeyondLoopback_WithoutAnyKey_StartsAndLetsNoOneIn()
    {
        using var folder = new TempFolder();
        await using var server = FraudServer.Build(new Dictionary<string, string?>
        {
            ["Http:Urls"] = "http://0.0.0.0:0",
            ["Security:RequireCredentials"] = "true",
            ["Security:KeyRefresh"] = "00:00:00.050",
            ["Storage:SqliteFile"] = folder.File("fraud.db"),
            ["Scoring:Model"] = Path.Combine(Repository.Root, "models", "payments"),
        });
        await server.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(server.Urls.First().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)) };

        Assert.Equal(HttpStatusCode.Unauthorized, await Status(client, "/stats"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(client, "/stats", KeyText.Create().Text));
        var key = SecuredServer.Add(server.Services.GetRequiredService<IFraudStore>(), Scopes.Score);
        await Poll.Until(async () => await Status(client, "/stats", key) == HttpStatusCode.OK);
        await server.StopAsync();
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
