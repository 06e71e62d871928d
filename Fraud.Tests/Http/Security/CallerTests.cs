using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fraud.Stream.Keys;
using Fraud.Stream.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Security;

/// <summary>What follows from who asks: rates, the audit log.</summary>
public sealed class CallerTests
{
    [Fact]
    public async Task Rate_KeyThatIsMerelySaid_BuysNoRateOfItsOwn()
    {
        await using var server = await Start(("Overload:RatePerSecond", "1"), ("Overload:Burst", "100"));

        Assert.Equal(HttpStatusCode.OK, await server.Predict("made-up-1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await server.Predict("made-up-2"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await server.Predict("made-up-3"));
    }

    [Fact]
    public async Task Rate_TwoKeysFromOneAddress_HaveOneEach()
    {
        await using var server = await Start(("Overload:RatePerSecond", "1"), ("Overload:Burst", "100"), ("Security:KeyRefresh", "00:00:00.050"));
        var one = await SecuredServer.Key(server.Services, Scopes.Score);
        var two = await SecuredServer.Key(server.Services, Scopes.Score);

        Assert.Equal(HttpStatusCode.OK, await server.Predict(one));
        Assert.Equal(HttpStatusCode.TooManyRequests, await server.Predict(one));
        Assert.Equal(HttpStatusCode.OK, await server.Predict(two));
    }

    [Fact]
    public async Task Audit_LabelsPosted_SaysWhoAndIsReadPageByPage()
    {
        await using var server = await Start(("Security:KeyRefresh", "00:00:00.050"));
        var analyst = await SecuredServer.Key(server.Services, Scopes.Analyst);
        var admin = await SecuredServer.Key(server.Services, Scopes.Admin);
        using var posted = await server.Send(HttpMethod.Post, "/labels", analyst, """[{"transaction_id":"a","is_fraud":true},{"transaction_id":"b","is_fraud":false}]""");
        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);

        var first = await Page(server, admin, "?limit=1");
        var entry = Assert.Single(first.GetProperty("data").EnumerateArray());
        Assert.Equal($"key {KeyText.IdOf(analyst)} (test)", entry.GetProperty("actor").GetString());
        Assert.Equal(("labels posted", "done"), (entry.GetProperty("action").GetString(), entry.GetProperty("outcome").GetString()));
        Assert.StartsWith("2 labels", entry.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, entry.GetProperty("at").GetDateTimeOffset().Offset);

        var rest = await Page(server, admin, $"?before={first.GetProperty("next_before").GetInt64()}");
        Assert.Equal(["key created", "key created"], rest.GetProperty("data").EnumerateArray().Select(static old => old.GetProperty("action").GetString()));
        Assert.Equal(JsonValueKind.Null, rest.GetProperty("next_before").ValueKind);
    }

    [Theory]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=1001", "limit")]
    [InlineData("?limit=1&limit=2", "limit")]
    [InlineData("?before=-1", "before")]
    [InlineData("?before=x", "before")]
    public async Task Audit_WrongParameter_Is400AndNamesIt(string query, string field)
    {
        await using var server = await Start();
        using var response = await server.Send(HttpMethod.Get, "/api/v1/audit" + query, null);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(field, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("field").GetString());
    }

    private static async Task<JsonElement> Page(Running server, string key, string query)
    {
        using var response = await server.Send(HttpMethod.Get, "/api/v1/audit" + query, key);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<Running> Start(params (string Name, string Value)[] settings)
    {
        var server = new ServerFixture(settings.ToDictionary(static setting => setting.Name, static setting => (string?)setting.Value));
        await server.InitializeAsync();
        return new Running(server);
    }

    private sealed class Running(ServerFixture server) : IAsyncDisposable
    {
        private int _payments;

        public IServiceProvider Services => server.Services;

        /// <summary>A hundred payments, which a rate of one a second does not make up for.</summary>
        public async Task<HttpStatusCode> Predict(string key)
        {
            var payments = Enumerable.Range(0, 100).Select(_ => Routing.RoutingNode.Body($"rate-{++_payments}", "card"));
            using var response = await Send(HttpMethod.Post, "/predict/batch", key, $"[{string.Join(',', payments)}]");
            return response.StatusCode;
        }

        public Task<HttpResponseMessage> Send(HttpMethod method, string path, string? key, string? body = null)
        {
            var request = new HttpRequestMessage(method, path);
            if (body is not null)
            {
                request.Content = new StringContent(body, null, "application/json");
            }

            if (key is not null)
            {
                request.Headers.Add("X-API-Key", key);
            }

            return server.Client.SendAsync(request);
        }

        public async ValueTask DisposeAsync() => await server.DisposeAsync();
    }
}
