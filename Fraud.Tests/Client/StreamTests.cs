using System.Net;
using System.Text.Json;
using Fraud.Client;

namespace Fraud.Tests.Client;

/// <summary>Streams whose connection breaks, on a server that answers as it is told.</summary>
public sealed class StreamTests
{
    private static readonly FraudClientOptions Options = new()
    {
        ApiKey = null,
        MaxAttempts = 3,
        MinBackoff = TimeSpan.FromMilliseconds(1),
        MaxBackoff = TimeSpan.FromMilliseconds(2),
    };

    [Fact]
    public async Task StreamAlerts_ConnectionEnds_GoesOnBehindTheLastEvent()
    {
        var server = new CannedServer(static request => request switch
        {
            1 => Events("retry: 1\nid: 4\n\nid: 5\nevent: alert\ndata: " + Alert("a") + "\n\nid: 6\n: heartbeat\n\n"),
            // Stopping, then starting.
            2 => Events("retry: 1\nid: 6\nevent: resume\ndata: {\"last_event_id\":6}\n\n"),
            3 or 4 or 5 or 6 => CannedServer.Of(HttpStatusCode.ServiceUnavailable),
            _ => Events("retry: 1\nid: 9\nevent: gap\ndata: {\"after\":6,\"continues_after\":9,\"detail\":\"gone\"}\n\nid: 10\nevent: alert\ndata: " + Alert("b") + "\n\n"),
        });
        using var client = Client(server);

        var events = await client.Alerts.StreamAlertsAsync().Take(3).ToListAsync();

        Assert.Equal(["5", "9", "10"], events.Select(static told => told.Id));
        Assert.Equal(["a", null, "b"], events.Select(static told => told.Alert?.TransactionId));
        Assert.Equal((6, 9), (events[1].Gap!.After, events[1].Gap!.ContinuesAfter));
        Assert.Equal([null, "6", "6"], server.LastEventIds.Take(3));
    }

    [Fact]
    public async Task StreamAlerts_RefusedFromTheStart_IsThrown()
    {
        using var client = Client(new CannedServer(static _ => CannedServer.Of(HttpStatusCode.Forbidden, """{"title":"no","detail":"not yours"}""", "application/problem+json")));

        var error = await Assert.ThrowsAsync<FraudApiException>(async () => await client.Alerts.StreamAlertsAsync().FirstAsync());

        Assert.Equal(HttpStatusCode.Forbidden, error.StatusCode);
    }

    [Fact]
    public async Task StreamAlerts_Cancelled_Ends()
    {
        using var stopping = new CancellationTokenSource();
        using var client = Client(new CannedServer(static _ => Events("retry: 1\nid: 5\nevent: alert\ndata: " + Alert("a") + "\n\n")));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in client.Alerts.StreamAlertsAsync(cancellation: stopping.Token))
            {
                await stopping.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task PredictStream_AnswerBreaksOff_SendsTheRestAgain()
    {
        var server = new CannedServer(static request => request switch
        {
            // One answer, then the service stops and says so; then one answer, and the connection ends.
            1 => Lines(Score("p-1"), """{"next_line":2,"error":{"status":503,"detail":"stopping","retry_after":0}}"""),
            2 => Lines(Score("p-2")),
            _ => Lines("""{"line":1,"error":{"status":400,"field":"amount","expected":"more","detail":"amount: expected more"}}"""),
        });
        using var client = Client(server);
        var payments = Enumerable.Range(1, 3).Select(static number => new Payment { TransactionId = $"p-{number}", Amount = number });

        var results = await client.Scoring.PredictStreamAsync(payments.ToAsyncEnumerable()).ToListAsync();

        Assert.Equal([(1L, "p-1"), (2L, "p-2"), (3L, "p-3")], results.Select(static result => (result.Line, result.TransactionId)));
        Assert.Equal("amount", results[2].Error!.Field);
        // Which payments share the first request depends on how fast they come; none is asked for again once it is answered.
        Assert.DoesNotContain("p-1", string.Concat(server.Requests.Skip(1).Select(static request => request.Body)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PredictStream_NoAnswersAtAll_EndsAfterTheAttempts()
    {
        var server = new CannedServer(static _ => Lines());
        using var client = Client(server);

        var error = await Assert.ThrowsAsync<FraudApiException>(async () =>
            await client.Scoring.PredictStreamAsync(new[] { new Payment { Amount = 1 } }.ToAsyncEnumerable()).ToListAsync());

        Assert.Null(error.StatusCode);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task PredictStream_PaymentsFail_ThrowsTheirFailure()
    {
        using var client = Client(new CannedServer(static _ => Lines(Score("p-1"))));

        await Assert.ThrowsAsync<InvalidDataException>(async () => await client.Scoring.PredictStreamAsync(Broken()).ToListAsync());

        static async IAsyncEnumerable<Payment> Broken()
        {
            await Task.Yield();
            yield return new Payment { TransactionId = "p-1", Amount = 1 };
            throw new InvalidDataException("the file ends here");
        }
    }

    private static FraudClient Client(CannedServer server) => new(new HttpClient(server) { BaseAddress = new Uri("http://service/") }, Options);

    private static HttpResponseMessage Events(string text) => CannedServer.Of(HttpStatusCode.OK, text, "text/event-stream");

    private static HttpResponseMessage Lines(params string[] lines) =>
        CannedServer.Of(HttpStatusCode.OK, string.Concat(lines.Select(static line => line + "\n")), "application/x-ndjson");

    private static string Score(string id) => $$"""{"line":1,"transaction_id":"{{id}}","fraud_score":0.1,"is_fraud":false,"decision":"approve"}""";

    private static string Alert(string id) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["alert_id"] = "alert-" + id,
        ["transaction_id"] = id,
        ["fraud_score"] = 0.9,
        ["decision"] = "block",
    });
}
