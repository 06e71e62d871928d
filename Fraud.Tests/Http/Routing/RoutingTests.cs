using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Routing;

/// <summary>Payments of one node's shards that come in at another one.</summary>
public sealed class RoutingTests(TwoNodes nodes) : IClassFixture<TwoNodes>
{
    // What a busy machine adds to a wait; one that no limit ends would be longer than this.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(15);

    private RoutingNode A => nodes.A;

    private RoutingNode B => nodes.B;

    [Fact]
    public async Task Predict_ShardOfAnotherNode_IsAnsweredAsThatNodeWould()
    {
        A.Know(B, nodes.All);
        B.Serve(nodes.All);
        for (var i = 0; i < 4; i++)
        {
            var amount = i == 3 ? 900 : 10 + i;
            using var forwarded = await A.Predict(Payment($"equal-a-{i}", "equal-card-a", "equal-terminal-a", amount));
            using var direct = await B.Predict(Payment($"equal-b-{i}", "equal-card-b", "equal-terminal-b", amount));

            var (one, two) = (await RoutingNode.Json(forwarded), await RoutingNode.Json(direct));
            Assert.Equal(HttpStatusCode.OK, forwarded.StatusCode);
            Assert.Equal($"equal-a-{i}", one.GetProperty("transaction_id").GetString());
            foreach (var field in (string[])["fraud_score", "decision", "threshold", "confidence", "reasons", "risk_factors", "model", "model_version", "duplicate"])
            {
                Assert.Equal(two.GetProperty(field).GetRawText(), one.GetProperty(field).GetRawText());
            }

            Assert.InRange(one.GetProperty("inference_time_ms").GetDouble(), 0.001, one.GetProperty("processing_time_ms").GetDouble());
            Assert.InRange(one.GetProperty("timestamp").GetDateTime(), DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow.AddSeconds(1));
            Assert.Equal(B.Identity.Name, Header(forwarded, "X-Fraud-Node"));
            Assert.Equal(A.Identity.Name, Header(forwarded, "X-Fraud-Forwarded-By"));
            Assert.Equal(B.Identity.Name, Header(direct, "X-Fraud-Node"));
            Assert.False(direct.Headers.Contains("X-Fraud-Forwarded-By"));
        }
    }

    [Fact]
    public async Task Predict_SameIdAtBothNodes_CountsOnce()
    {
        A.Know(B, nodes.All);
        B.Serve(nodes.All);
        using var first = await A.Predict(RoutingNode.Body("once", "once-card"));
        using var second = await B.Predict(RoutingNode.Body("once", "once-card"));
        using var third = await A.Predict(RoutingNode.Body("once", "once-card"));

        Assert.False((await RoutingNode.Json(first)).GetProperty("duplicate").GetBoolean());
        Assert.True((await RoutingNode.Json(second)).GetProperty("duplicate").GetBoolean());
        Assert.True((await RoutingNode.Json(third)).GetProperty("duplicate").GetBoolean());
    }

    [Fact]
    public async Task Predict_WithoutIdAndCard_IsGivenOneIdBeforeItIsRouted()
    {
        A.Know(B, nodes.All);
        B.Serve(nodes.All);
        using var response = await A.Predict("""{"amount":5}""");

        var id = (await RoutingNode.Json(response)).GetProperty("transaction_id").GetString()!;
        using var again = await B.Predict($$"""{"transaction_id":"{{id}}","amount":5}""");
        Assert.True((await RoutingNode.Json(again)).GetProperty("duplicate").GetBoolean());
    }

    [Fact]
    public async Task Batch_OfSeveralOwners_IsPutTogetherInOrder()
    {
        A.Serve([0, 1, 2]);
        A.Know(B, [3, 4, 5]);
        B.Serve(nodes.All);
        var bodies = Enumerable.Range(0, 24).Select(i => RoutingNode.Body($"split-{i}", A.CardOf(i % 6, "split", i / 6))).ToList();
        bodies.Insert(5, """{"amount":-1}""");

        using var response = await A.Batch(bodies);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(A.Identity.Name, Header(response, "X-Fraud-Node"));
        var answer = await RoutingNode.Json(response);
        var results = answer.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(0, 24).Select(static i => $"split-{i}"), results.Select(static result => result.GetProperty("transaction_id").GetString()));
        Assert.Equal(Enumerable.Range(0, 25).Where(static i => i != 5), results.Select(static result => result.GetProperty("index").GetInt32()));
        for (var i = 0; i < 24; i++)
        {
            var node = results[i].TryGetProperty("node", out var name) ? name.GetString() : A.Identity.Name;
            Assert.Equal(i % 6 < 3 ? A.Identity.Name : B.Identity.Name, node);
        }

        Assert.Equal([5], Indices(answer.GetProperty("errors")));
        Assert.Equal(24, answer.GetProperty("statistics").GetProperty("scored").GetInt32());
    }

    [Fact]
    public async Task Batch_OneOwnerAway_TheOthersStand()
    {
        A.Serve([0, 1]);
        A.Know(B, [2, 3, 4]);
        A.KnowSilent([5]);
        B.Serve([0, 1, 2, 3, 5]);
        B.Abandon([4]);

        using var response = await A.Batch(Enumerable.Range(0, 12).Select(i => RoutingNode.Body($"away-{i}", A.CardOf(i % 6, "away", i / 6))));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = await RoutingNode.Json(response);
        Assert.Equal([0, 1, 2, 3, 6, 7, 8, 9], Indices(answer.GetProperty("results")));
        Assert.Equal([4, 5, 10, 11], Indices(answer.GetProperty("errors")));
        Assert.All(answer.GetProperty("errors").EnumerateArray(), static error =>
        {
            Assert.Equal(503, error.GetProperty("status").GetInt32());
            Assert.True(error.GetProperty("retry_after").GetInt32() >= 1);
        });
        Assert.Equal(4, answer.GetProperty("statistics").GetProperty("failed").GetInt32());
    }

    [Fact]
    public async Task Predict_NoOwner_Is503AfterTheWaitForOne()
    {
        A.Abandon(nodes.All);
        var started = Stopwatch.GetTimestamp();

        using var response = await A.Predict(RoutingNode.Body("nobody", "nobody"));

        var elapsed = Stopwatch.GetElapsedTime(started);
        AssertRetry(response);
        Assert.Contains("No node serves", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.InRange(elapsed, TwoNodes.OwnerWait * 0.9, TwoNodes.OwnerWait + Slack);
    }

    [Fact]
    public async Task Predict_OwnerAppearsWhileWaiting_IsAnswered()
    {
        A.Abandon(nodes.All);
        B.Serve(nodes.All);
        var asked = A.Predict(RoutingNode.Body("appears", "appears"));
        await Waiting(A);

        A.Know(B, nodes.All);

        using var response = await asked;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(B.Identity.Name, Header(response, "X-Fraud-Node"));
    }

    [Fact]
    public async Task Predict_StaleOwner_GoesToTheNewOne()
    {
        A.Know(B, nodes.All);
        B.Abandon(nodes.All);
        var asked = A.Predict(RoutingNode.Body("stale", "stale"));
        await Waiting(A);

        A.Serve(nodes.All);

        using var response = await asked;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(A.Identity.Name, Header(response, "X-Fraud-Node"));
    }

    [Fact]
    public async Task Predict_OwnerStillTakingOver_IsAskedAgain()
    {
        A.Know(B, nodes.All);
        B.Abandon(nodes.All);
        var asked = A.Predict(RoutingNode.Body("taking", "taking"));
        await Waiting(A);

        B.Serve(nodes.All);

        using var response = await asked;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(B.Identity.Name, Header(response, "X-Fraud-Node"));
    }

    [Fact]
    public async Task Predict_TwoNodesThatNameEachOther_NeitherSendsOn()
    {
        A.Know(B, nodes.All);
        B.Know(A, nodes.All);
        var started = Stopwatch.GetTimestamp();

        using var response = await A.Predict(RoutingNode.Body("circle", "circle"));

        AssertRetry(response);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TwoNodes.Deadline + Slack);
    }

    [Fact]
    public async Task Predict_OwnerSaysNothing_Is503AtTheDeadline()
    {
        A.KnowSilent(nodes.All);
        var started = Stopwatch.GetTimestamp();

        using var response = await A.Predict(RoutingNode.Body("silent", "silent"));

        AssertRetry(response);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TwoNodes.Deadline * 0.9, TwoNodes.Deadline + Slack);
    }

    [Fact]
    public async Task Get_Metrics_TellsOfForwarding()
    {
        A.Know(B, nodes.All);
        B.Serve(nodes.All);
        using var predicted = await A.Predict(RoutingNode.Body("metrics", "metrics"));

        var text = await A.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Contains("fraud_forwarded_payments_total{outcome=\"scored\"}", text, StringComparison.Ordinal);
        Assert.Contains("fraud_forward_seconds_bucket", text, StringComparison.Ordinal);
        Assert.Contains("fraud_owner_waits", text, StringComparison.Ordinal);
        // The way to the other node and back is part of what the caller waited.
        Assert.Contains("fraud_http_wait_seconds_count{endpoint=\"/predict\",outcome=\"answered\",route=\"routed\"}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_MoreThanMayWaitForAnOwner_IsRefusedAtOnce()
    {
        await using var entry = await RoutingNode.Start("impatient", ("Routing:MaxOwnerWaits", "0"), ("Cluster:OwnerWait", "00:00:30"), ("Overload:Deadline", "00:00:30"));
        entry.Abandon(entry.All);
        var started = Stopwatch.GetTimestamp();

        using var response = await entry.Predict(RoutingNode.Body("impatient", "impatient"));

        AssertRetry(response);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    private static string Payment(string id, string card, string terminal, decimal amount) =>
        RoutingNode.Body(id, card, amount).Replace("t-1", terminal, StringComparison.Ordinal);

    private static Task Waiting(RoutingNode node) => Poll.Until(() => node.OwnerWaits > 0);

    private static IEnumerable<int> Indices(JsonElement items) =>
        items.EnumerateArray().Select(static item => item.GetProperty("index").GetInt32());

    private static void AssertRetry(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.Single() : null;
}
