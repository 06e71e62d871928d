using System.Globalization;
using System.Net;
using System.Text.Json;
using Fraud.Faults.Feed;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Scoring;

/// <summary>What callers hear whose payment the model throws for.</summary>
public sealed class PoisonTests : IAsyncLifetime
{
    private readonly TempFolder _model = new();
    private readonly ServerFixture _server;

    public PoisonTests() => _server = new ServerFixture(new Dictionary<string, string?>
    {
        ["Scoring:Model"] = PoisonModel.Write(_model.Path),
        ["Lifecycle:RestartMin"] = "00:00:00.050",
    });

    public Task InitializeAsync() => _server.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _model.Dispose();
    }

    [Fact]
    public async Task Post_PaymentThatTheModelThrowsFor_Is500AndOthersAreScored()
    {
        // Asked again as the problem says.
        HttpResponseMessage response;
        while ((response = await _server.Post("/predict", Poison)).StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            response.Dispose();
            await _server.ServesAsync();
        }

        using (response)
        {
            Assert.Equal((HttpStatusCode.InternalServerError, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
            Assert.Null(response.Headers.RetryAfter);
            Assert.Contains("refused", (await Json(response)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        await _server.ServesAsync();
        using var batch = await _server.Post("/predict/batch", $"[{Fine},{Poison}]");
        Assert.Equal(HttpStatusCode.OK, batch.StatusCode);
        var answer = await Json(batch);
        Assert.Equal("fine", Assert.Single(answer.GetProperty("results").EnumerateArray()).GetProperty("transaction_id").GetString());
        var error = Assert.Single(answer.GetProperty("errors").EnumerateArray());
        Assert.Equal((1, 500), (error.GetProperty("index").GetInt32(), error.GetProperty("status").GetInt32()));

        using var lines = await _server.Post("/predict/stream", Poison + "\n" + Fine + "\n", "application/x-ndjson");
        var told = (await lines.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("\"status\":500", told[0], StringComparison.Ordinal);
        Assert.Contains("\"fine\"", told[1], StringComparison.Ordinal);

        Assert.Contains("fraud_poison_payments_total{origin=\"http\"} 1", await _server.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    private const string Fine = """{"transaction_id":"fine","card_id":"c","amount":5}""";

    private static string Poison { get; } = string.Create(
        CultureInfo.InvariantCulture, $$"""{"transaction_id":"poison","card_id":"c","amount":{{PoisonModel.Amount}}}""");

    private static async Task<JsonElement> Json(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
}
