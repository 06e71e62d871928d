using System.Net;
using System.Text.Json;
using Fraud.Model;
using Fraud.Stream.Journal;
using Fraud.Stream.Lifecycle;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Scoring;

/// <summary>Repeats whose first one is still on its way: the node has seen their ids, the store has not.</summary>
public sealed class BatchRepeatTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Batch_OneRepeatInFlight_FailsAlone()
    {
        OnTheirWay("first-1");

        using var response = await server.Post(
            "/predict/batch",
            """[{"transaction_id":"fine-1","card_id":"c","amount":5},{"transaction_id":"first-1","card_id":"c","amount":5},{"amount":-1},{"transaction_id":"fine-2","card_id":"d","amount":5}]""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = await Json(response);
        Assert.Equal(["0 fine-1", "3 fine-2"], answer.GetProperty("results").EnumerateArray()
            .Select(static one => $"{one.GetProperty("index").GetInt32()} {one.GetProperty("transaction_id").GetString()}"));
        var errors = answer.GetProperty("errors").EnumerateArray().ToArray();
        Assert.Equal([1, 2], errors.Select(static one => one.GetProperty("index").GetInt32()));
        Assert.Equal((503, 1), (errors[0].GetProperty("status").GetInt32(), errors[0].GetProperty("retry_after").GetInt32()));
        Assert.Contains("transaction_id", errors[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("amount", errors[1].GetProperty("field").GetString());
        var statistics = answer.GetProperty("statistics");
        Assert.Equal(
            (4, 2, 2),
            (statistics.GetProperty("total").GetInt32(), statistics.GetProperty("scored").GetInt32(), statistics.GetProperty("failed").GetInt32()));
    }

    [Fact]
    public async Task Batch_NothingButRepeatsInFlight_Is503AsItIsForOne()
    {
        OnTheirWay("first-2", "first-3");

        using var batch = await server.Post(
            "/predict/batch", """[{"transaction_id":"first-2","card_id":"c","amount":5},{"transaction_id":"first-3","card_id":"c","amount":5}]""");
        using var single = await server.Post("/predict", """{"transaction_id":"first-2","card_id":"c","amount":5}""");

        foreach (var response in new[] { batch, single })
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        }
    }

    [Fact]
    public async Task Batch_PartlyUnfinishedWithAKey_MayBeAskedAgain()
    {
        OnTheirWay("first-4");
        const string body = """[{"transaction_id":"fine-4","card_id":"c","amount":5},{"transaction_id":"first-4","card_id":"c","amount":5}]""";

        Assert.Equal((1, false), await Keyed(body));
        // Not the kept answer: what was open is looked at again.
        Assert.Equal((1, true), await Keyed(body));
    }

    private async Task<(int Scored, bool IsRepeat)> Keyed(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/predict/batch")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", "batch-key-4");
        using var response = await server.Client.SendAsync(request);
        var results = (await Json(response)).GetProperty("results");
        return (results.GetArrayLength(), results[0].GetProperty("duplicate").GetBoolean());
    }

    private void OnTheirWay(params string[] ids)
    {
        var profile = server.Services.GetRequiredService<GraphStatus>().Current!.Histories.Profile;
        for (var shard = 0; shard < profile.Shards; shard++)
        {
            foreach (var id in ids)
            {
                profile.CardsOf(shard)!.Remember(ShortText.From(id), new JournalPlace(long.MaxValue >> 24, 0).Packed, server.Services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds());
            }
        }
    }

    private static async Task<JsonElement> Json(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
}
