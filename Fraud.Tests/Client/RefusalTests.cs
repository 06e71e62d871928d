using System.Net;
using Fraud.Client;

namespace Fraud.Tests.Client;

/// <summary>What a refusal becomes, and what is sent again.</summary>
public sealed class RefusalTests
{
    private static readonly FraudClientOptions Options = new()
    {
        ApiKey = null,
        MaxAttempts = 3,
        MinBackoff = TimeSpan.FromMilliseconds(1),
        MaxBackoff = TimeSpan.FromMilliseconds(2),
    };

    [Theory]
    [InlineData("application/problem+json", """{"title":"A field is wrong","detail":"amount: expected more","field":"amount","expected":"more","traceId":"00-1"}""", "A field is wrong", null, "00-1")]
    [InlineData("application/json", """{"error":"amount: expected more"}""", null, null, "id-1")]
    [InlineData("application/json", """{"error_code":"INVALID_PARAMETER_VALUE","message":"amount: expected more"}""", null, "INVALID_PARAMETER_VALUE", "id-1")]
    public async Task Refusal_EachDialect_HasTheSameFacts(string type, string body, string? title, string? code, string trace)
    {
        using var client = Client(new CannedServer(_ =>
        {
            var response = CannedServer.Of(HttpStatusCode.BadRequest, body, type);
            response.Headers.Add("X-Request-Id", "id-1");
            return response;
        }));

        var error = await Assert.ThrowsAsync<FraudApiException>(() => client.Health.GetHealthAsync());

        Assert.Equal("400: amount: expected more", error.Message);
        Assert.Equal(
            (400, title, "amount: expected more", code, "amount", "more", trace),
            (error.Problem!.Status, error.Problem.Title, error.Problem.Detail, error.Problem.Code, error.Problem.Field, error.Problem.Expected, error.Problem.TraceId));
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, 1)]
    [InlineData(HttpStatusCode.TooManyRequests, 3)]
    public async Task Change_Refused_IsSentAgainOnlyWhereNothingWasDone(HttpStatusCode status, int attempts)
    {
        var server = new CannedServer(_ => CannedServer.Of(status));
        using var client = Client(server);

        await Assert.ThrowsAsync<FraudApiException>(() => client.Cases.UpdateAnomalyAsync("a", new StatusChange { NewStatus = CaseStatus.Fraud }));

        Assert.Equal(attempts, server.Requests.Count);
    }

    [Theory]
    [InlineData(HttpRequestError.ResponseEnded, 1)]
    [InlineData(HttpRequestError.ConnectionError, 3)]
    public async Task Change_ConnectionBreaks_IsSentAgainOnlyWhereItWasNotSent(HttpRequestError reason, int attempts)
    {
        var server = new CannedServer(_ => throw new HttpRequestException(reason));
        using var client = Client(server);

        await Assert.ThrowsAsync<FraudApiException>(() => client.Training.CancelTrainingAsync("a"));

        Assert.Equal(attempts, server.Requests.Count);
    }

    [Theory]
    [InlineData("a/b ?", "/api/v1/anomalies/a%2Fb%20%3F")]
    [InlineData("café", "/api/v1/anomalies/caf%C3%A9")]
    public async Task Address_AnyId_IsOneSegment(string id, string path)
    {
        var server = new CannedServer(static _ => CannedServer.Of(HttpStatusCode.NotFound));
        using var client = Client(server);

        await Assert.ThrowsAsync<FraudApiException>(() => client.Cases.GetAnomalyAsync(id));

        Assert.Equal(path, Assert.Single(server.Requests).Path);
    }

    [Fact]
    public async Task Address_Steps_AreRefusedAndGoByQuery()
    {
        var server = new CannedServer(static _ => CannedServer.Of(HttpStatusCode.NotFound));
        using var client = Client(server);

        await Assert.ThrowsAsync<ArgumentException>(() => client.Cases.GetAnomalyAsync(".."));
        await Assert.ThrowsAsync<FraudApiException>(() => client.Cases.GetAnomalyByQueryAsync(".."));

        Assert.Equal("/api/v1/anomaly?transaction_id=..", Assert.Single(server.Requests).Path);
    }

    private static FraudClient Client(CannedServer server) => new(new HttpClient(server) { BaseAddress = new Uri("http://service/") }, Options);
}
