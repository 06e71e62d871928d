using System.Net;
using System.Text.Json;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Labels;

public sealed class LabelsEndpointTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Post_LabelOfAStoredPayment_CountsOnceAndReachesTheHistories()
    {
        await Predict("lab-1");
        var before = LabelSequence();

        var first = await Post("""[{"transaction_id":"lab-1","is_fraud":true}]""");
        var again = await Post("""[{"transaction_id":"lab-1","is_fraud":1}]""");
        var back = await Post("""[{"transaction_id":"lab-1","is_fraud":false}]""");

        Assert.Equal((1, 1, 0), Counts(first));
        Assert.Equal((1, 0, 0), Counts(again));
        Assert.Equal((1, 0, 1), Counts(back));
        Assert.Equal(before + 2, LabelSequence());
        var graph = server.Services.GetRequiredService<Fraud.Stream.Lifecycle.GraphStatus>();
        await Poll.Until(() => graph.Current!.Histories.Terminals.Labels == before + 2);
    }

    [Fact]
    public async Task Post_Lines_AreStoredInTheirOrder()
    {
        await Predict("lab-2");

        using var answer = await server.Post(
            "/labels", "{\"transaction_id\":\"lab-2\",\"is_fraud\":true}\r\n\n{\"transaction_id\":\"lab-2\",\"is_fraud\":false}\n", "application/x-ndjson; charset=utf-8");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal((2, 1, 1), Counts(JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement));
    }

    [Theory]
    [InlineData("[]", "application/json", 400, "body")]
    [InlineData("{}", "application/json", 400, "body")]
    [InlineData("[", "application/json", 400, "body")]
    [InlineData("[1]", "application/json", 400, "labels[0].body")]
    [InlineData("[] []", "application/json", 400, "body")]
    [InlineData("", "application/x-ndjson", 400, "body")]
    [InlineData("[]", "text/csv", 415, "Content-Type")]
    [InlineData("""[{"transaction_id":"x","is_fraud":true},{"transaction_id":"y"}]""", "application/json", 400, "labels[1].is_fraud")]
    [InlineData("{\"transaction_id\":\"x\",\"is_fraud\":true}\n{\"is_fraud\":true}", "application/x-ndjson", 400, "line 2.transaction_id")]
    [InlineData("""[{"transaction_id":"x","is_fraud":true,"card_id":"4111111111111111"}]""", "application/json", 400, "labels[0].card_id")]
    public async Task Post_Wrong_IsAProblemThatNamesTheFieldAndStoresNothing(string body, string type, int status, string field)
    {
        var store = server.Services.GetRequiredService<IFraudStore>();
        var before = store.Count().Labels;

        using var answer = await server.Post("/labels", body, type);

        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(field, JsonDocument.Parse(text).RootElement.GetProperty("field").GetString());
        Assert.DoesNotContain("4111", text, StringComparison.Ordinal);
        Assert.Equal(before, store.Count().Labels);
    }

    [Fact]
    public async Task Post_MoreThanMaxBatch_IsRefused()
    {
        using var answer = await server.Post(
            "/labels", $"[{string.Join(',', Enumerable.Repeat("""{"transaction_id":"x","is_fraud":true}""", 1_001))}]");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("1 to 1000 labels", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task Predict(string id)
    {
        using var scored = await server.Post(
            "/predict", $$"""{"transaction_id":"{{id}}","card_id":"card-{{id}}","terminal_id":"term-{{id}}","amount":5}""");
        scored.EnsureSuccessStatusCode();
    }

    private async Task<JsonElement> Post(string body)
    {
        using var answer = await server.Post("/labels", body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private long LabelSequence() => server.Services.GetRequiredService<IFraudStore>().LabelSequence();

    private static (int Stored, int Frauds, int Back) Counts(JsonElement answer) => (
        answer.GetProperty("stored").GetInt32(), answer.GetProperty("new_frauds").GetInt32(), answer.GetProperty("frauds_taken_back").GetInt32());
}
