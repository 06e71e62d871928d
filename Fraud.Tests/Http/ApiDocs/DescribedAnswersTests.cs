using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fraud.Http.Stripe;
using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Shadow;
using Fraud.Stream.Storage;
using Fraud.Tests.Http.Training;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.ApiDocs;

/// <summary>
/// Answers that no example gets, because what they are about is not there from the start: held against the document as
/// closely as those of the examples.
/// </summary>
public sealed class DescribedAnswersTests
{
    private const string Secret = "whsec_0123456789abcdef";

    [Fact]
    public async Task FlaggedPaymentsAndTheirRecords_AreAnsweredAsDescribed()
    {
        await WithFlagging(async (flagging, client) =>
        {
            await flagging.Pay("untouched");
            await flagging.Pay("decided");
            const string one = "/api/v1/anomalies/{transaction_id}";

            await Check(client, HttpMethod.Get, one, one.Replace("{transaction_id}", "untouched", StringComparison.Ordinal), 200);
            var decided = one.Replace("{transaction_id}", "decided", StringComparison.Ordinal);
            await Check(client, HttpMethod.Put, one, decided, 200, """{"new_status":"INVESTIGATED"}""");
            await Check(client, HttpMethod.Put, one, decided, 200, """{"new_status":"FRAUD","note":"denied"}""");
            await Check(client, HttpMethod.Get, one, decided, 200);
            var list = await Check(client, HttpMethod.Get, "/api/v1/anomalies", "/api/v1/anomalies?limit=2", 200);
            Assert.Equal(2, list.GetProperty("count").GetInt32());
            var audit = await Check(client, HttpMethod.Get, "/api/v1/audit", "/api/v1/audit?limit=1", 200);
            Assert.Equal(1, audit.GetProperty("count").GetInt32());
        });
    }

    [Fact]
    public async Task ModelsThatWereCompared_AreAnsweredAsDescribed()
    {
        await WithFlagging(async (flagging, client) =>
        {
            var (candidate, champion) = (new ScoredBy("payments", "3", 0.5f, 0.9f), new ScoredBy("payments", "2", 0.5f, 0.9f));
            var store = flagging.Server.Services.GetRequiredService<IFraudStore>();
            new ShadowQueries(store.Database).Add([new ShadowScore(ShortText.From("a"), candidate, 0.6f, Decision.Review, champion, 0.1f, Decision.Approve, false, 1)], new ShadowRetention(1_000, 0));
            const string path = "/api/v1/models/comparison";

            var unlabelled = await Check(client, HttpMethod.Get, path, path, 200);
            var settled = await Check(client, HttpMethod.Get, path, path + "?since=1970-01-01&settled_days=7", 200);

            Assert.Equal(JsonValueKind.Null, unlabelled.GetProperty("comparisons")[0].GetProperty("labelled").ValueKind);
            Assert.Equal(1, settled.GetProperty("comparisons")[0].GetProperty("labelled").GetProperty("only_champion_right").GetInt32());
            using var wrong = await client.GetAsync(new Uri(path + "?settled_days=-1", UriKind.Relative));
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        });
    }

    [Fact]
    public async Task EventsFromStripe_AreAnsweredAsDescribed()
    {
        await WithFlagging(async (_, client) =>
        {
            var document = await ApiDocument.Of(client);
            var examples = document.Paths.GetProperty("/webhooks/stripe").GetProperty("post").GetProperty("requestBody").GetProperty("content")
                .GetProperty("application/json").GetProperty("examples").EnumerateObject();

            var answer = await Check(client, HttpMethod.Post, "/webhooks/stripe", "/webhooks/stripe", 200, examples.First().Value.GetProperty("value").GetRawText());

            Assert.Equal("payment", answer.GetProperty("outcome").GetString());
        });
    }

    [Fact]
    public async Task Lines_AreAnsweredAsPredictIs()
    {
        await WithFlagging(async (_, client) =>
        {
            var document = await ApiDocument.Of(client);
            using var content = new StringContent("{\"amount\":1,\"card_id\":\"line\"}\n", Encoding.UTF8, "application/x-ndjson");
            using var response = await client.PostAsync(new Uri("/predict/stream", UriKind.Relative), content);
            var line = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();

            Assert.True(line.Remove("line"));
            Assert.Empty(document.Mistakes(document.Resolve("#/components/schemas/Prediction"), JsonSerializer.SerializeToElement(line)));
        });
    }

    [Fact]
    public async Task Trainings_CompletedAndCancelled_AreAnsweredAsDescribed()
    {
        using var folder = new TempFolder();
        TrainingServer.WriteData(folder);
        await using (var server = await TrainingServer.Start(folder))
        {
            var started = await Check(server.Client, HttpMethod.Post, "/train", "/train", 202, TrainingServer.Small);
            var id = started.GetProperty("job_id").GetString()!;
            await server.Until(id, static job => job.GetProperty("status").GetString() != "running");

            var job = await Check(server.Client, HttpMethod.Get, "/train/{id}", $"/train/{id}", 200);
            Assert.Equal("completed", job.GetProperty("status").GetString());
        }

        await using (var server = await TrainingServer.Start(folder, TrainingServer.Endless(folder)))
        {
            var id = await server.Train();

            var job = await Check(server.Client, HttpMethod.Delete, "/train/{id}", $"/train/{id}", 200);
            Assert.Equal("cancelled", job.GetProperty("status").GetString());
            // The completed one is remembered.
            var list = await Check(server.Client, HttpMethod.Get, "/train", "/train", 200);
            Assert.Equal(2, list.GetProperty("jobs").GetArrayLength());
        }
    }

    private static async Task WithFlagging(Func<FlaggingServer, HttpClient, Task> work)
    {
        var flagging = new FlaggingServer(new() { ["Stripe:WebhookSecrets"] = Secret });
        await flagging.InitializeAsync();
        try
        {
            await work(flagging, flagging.Server.Client);
        }
        finally
        {
            await flagging.DisposeAsync();
        }
    }

    /// <returns>The answer, once it is as described.</returns>
    private static async Task<JsonElement> Check(HttpClient client, HttpMethod method, string pattern, string address, int status, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            request.Headers.TryAddWithoutValidation(StripeSignature.Header, StripeSignature.Make(Secret, DateTimeOffset.UtcNow, Encoding.UTF8.GetBytes(body)));
        }

        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == (HttpStatusCode)status, $"{method} {address}: {(int)response.StatusCode} {text}");
        var document = await ApiDocument.Of(client);
        var schema = document.Answer(document.Paths.GetProperty(pattern).GetProperty(method.Method.ToLowerInvariant()), status)!.Value
            .GetProperty("content").GetProperty("application/json").GetProperty("schema");
        using var answer = JsonDocument.Parse(text);
        Assert.Empty(document.Mistakes(schema, answer.RootElement));
        return answer.RootElement.Clone();
    }
}
