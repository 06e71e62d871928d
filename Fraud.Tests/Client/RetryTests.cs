using System.Net;
using System.Net.Http.Headers;
using Fraud.Client;
using Fraud.Client.Retries;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Client;

public sealed class RetryTests
{
    private static readonly FraudClientOptions Options = new()
    {
        ApiKey = null,
        MaxAttempts = 4,
        MinBackoff = TimeSpan.FromMilliseconds(100),
        MaxBackoff = TimeSpan.FromMilliseconds(300),
    };

    [Fact]
    public void Wait_NoneAskedFor_DoublesToItsBoundWithJitter()
    {
        var policy = new RetryPolicy(Options with { MaxAttempts = 100 }, new Random(1));

        for (var attempt = 1; attempt < 60; attempt++)
        {
            var most = Math.Min(300, 100 * Math.Pow(2, attempt - 1));
            Assert.InRange(policy.Wait(attempt, null)!.Value.TotalMilliseconds, most / 2, most);
        }
    }

    [Fact]
    public void Wait_AskedFor_IsNeverSooner()
    {
        var policy = new RetryPolicy(Options, new Random(1));

        Assert.All(Enumerable.Range(0, 100), _ => Assert.InRange(policy.Wait(1, TimeSpan.FromSeconds(3))!.Value.TotalSeconds, 3, 3.1));
    }

    [Fact]
    public void Wait_AttemptsUsedUpOrAskedTooLong_IsNone()
    {
        var policy = new RetryPolicy(Options, new Random(1));

        Assert.NotNull(policy.Wait(3, null));
        Assert.Null(policy.Wait(4, null));
        Assert.Null(policy.Wait(1, TimeSpan.FromSeconds(31)));
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, 4)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 4)]
    [InlineData(HttpStatusCode.GatewayTimeout, 4)]
    [InlineData(HttpStatusCode.BadRequest, 1)]
    [InlineData(HttpStatusCode.Unauthorized, 1)]
    [InlineData(HttpStatusCode.InternalServerError, 1)]
    public async Task Send_AlwaysRefused_IsAskedSoOften(HttpStatusCode status, int attempts)
    {
        var server = new Answers(_ => new HttpResponseMessage(status));
        using var client = Client(server);

        var error = await Assert.ThrowsAsync<FraudApiException>(() => client.Scoring.PredictAsync(new Payment { Amount = 1 }));

        Assert.Equal((status, attempts, attempts), (error.StatusCode, error.Attempts, server.Bodies.Count));
        // The same payment each time: counted once, however often it arrives.
        Assert.Single(server.Bodies.Distinct());
    }

    [Fact]
    public async Task Send_ConnectionBreaksOnce_IsAskedAgain()
    {
        var server = new Answers(attempt => attempt == 1 ? throw new HttpRequestException("reset") : Json("""{"status":"healthy"}"""));
        using var client = Client(server);

        Assert.Equal("healthy", (await client.Health.GetHealthAsync()).Status);
    }

    [Fact]
    public async Task Send_NoAnswerInTime_IsAFailedAttempt()
    {
        var server = new Answers(_ => Json("{}")) { Hang = true };
        using var client = Client(server, Options with { AttemptTimeout = TimeSpan.FromMilliseconds(50), MaxAttempts = 2 });

        var error = await Assert.ThrowsAsync<FraudApiException>(() => client.Health.GetHealthAsync());

        Assert.Equal((null, 2), (error.StatusCode, error.Attempts));
    }

    [Fact]
    public async Task Send_CancelledWhileWaiting_EndsAtOnce()
    {
        using var stopping = new CancellationTokenSource();
        var server = new Answers(_ =>
        {
            stopping.CancelAfter(TimeSpan.FromMilliseconds(50));
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(20)) } };
        });
        using var client = Client(server);
        var started = TimeProvider.System.GetTimestamp();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Health.GetHealthAsync(stopping.Token));

        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Send_RetryAfterAsADate_IsUnderstood()
    {
        var time = new FakeTimeProvider();
        var server = new Answers(_ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)
        {
            Headers = { RetryAfter = new RetryConditionHeaderValue(time.GetUtcNow().AddMinutes(5)) },
        });
        using var http = new HttpClient(server) { BaseAddress = new Uri("http://service/") };
        using var client = new FraudClient(http, Options, time);

        var error = await Assert.ThrowsAsync<FraudApiException>(() => client.Health.GetHealthAsync());

        Assert.Equal(1, error.Attempts);
        Assert.InRange(error.RetryAfter!.Value.TotalMinutes, 4.9, 5.1);
    }

    [Fact]
    public async Task Send_AnotherServiceAnswers_IsSaid()
    {
        using var client = Client(new Answers(static _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<html>") }));

        var error = await Assert.ThrowsAsync<FraudApiException>(() => client.Health.GetHealthAsync());

        Assert.Contains("is the address right?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_Key_IsAHeader()
    {
        var server = new Answers(static _ => Json("""{"status":"healthy"}"""));
        using var client = Client(server, Options with { ApiKey = "k-1" });

        await client.Health.GetHealthAsync();

        Assert.Equal("k-1", server.Key);
    }

    private static FraudClient Client(Answers server, FraudClientOptions? options = null) =>
        new(new HttpClient(server) { BaseAddress = new Uri("http://service/") }, options ?? Options);

    private static HttpResponseMessage Json(string text) => new(HttpStatusCode.OK) { Content = new StringContent(text) };

    private sealed class Answers(Func<int, HttpResponseMessage> answer) : HttpMessageHandler
    {
        public List<string> Bodies { get; } = [];

        public bool Hang { get; init; }

        public string? Key { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Key = request.Headers.TryGetValues("X-API-Key", out var keys) ? keys.Single() : null;
            Bodies.Add(request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken));
            if (Hang)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return answer(Bodies.Count);
        }
    }
}
