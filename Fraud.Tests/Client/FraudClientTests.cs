using System.Collections.Concurrent;
using System.Net;
using Fraud.Client;
using Fraud.Stream.Storage;
using Fraud.Tests.Http;
using Fraud.Tests.Stream.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Client;

public sealed class FraudClientTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Predict_Payment_IsTyped()
    {
        using var client = Client();

        var score = await client.Scoring.PredictAsync(new Payment
        {
            TransactionId = "client-1",
            CardId = "c",
            TerminalId = "t",
            Amount = 950.00m,
            Currency = "EUR",
            Source = "online",
            EventTime = DateTimeOffset.UtcNow.AddMinutes(-1),
        });

        Assert.Equal(("client-1", Decision.Block, true, "payments", false), (score.TransactionId, score.Decision, score.IsFraud, score.Model, score.Duplicate));
        Assert.InRange(score.FraudScore, score.Threshold, 1);
        Assert.NotEmpty(score.Reasons);
        Assert.True(score.ProcessingTimeMs > 0);
    }

    [Fact]
    public async Task Predict_NoId_GetsOneAndItIsStored()
    {
        using var client = Client();

        var score = await client.Scoring.PredictAsync(new Payment { CardId = "c", Amount = 1 });

        Assert.Contains(Store.Journal(), entry => entry.TransactionId.ToString() == score.TransactionId);
    }

    [Fact]
    public async Task PredictBatch_OneWrong_SaysWhich()
    {
        using var client = Client();

        var result = await client.Scoring.PredictBatchAsync([new Payment { Amount = 3 }, new Payment { Amount = -3 }, new Payment { Amount = 4 }], "b-1");

        Assert.Equal("b-1", result.BatchId);
        Assert.Equal([0, 2], result.Results.Select(static score => score.Index!.Value));
        var error = Assert.Single(result.Errors);
        Assert.Equal((1, "amount"), (error.Index, error.Field));
        Assert.Equal((3, 2, 1), (result.Statistics.Total, result.Statistics.Scored, result.Statistics.Failed));
    }

    [Fact]
    public async Task AddLabels_Twice_CountsOnce()
    {
        using var client = Client();
        await client.Scoring.PredictAsync(new Payment { TransactionId = "labelled", CardId = "c", TerminalId = "t", Amount = 1 });

        var first = await client.Labels.AddLabelsAsync([new FraudLabel("labelled", IsFraud: true)]);
        var second = await client.Labels.AddLabelsAsync([new FraudLabel("labelled", IsFraud: true)]);

        Assert.Equal((1, 1), (first.Stored, first.NewFrauds));
        Assert.Equal(0, second.NewFrauds);
    }

    [Fact]
    public async Task GetHealth_AndReady_AreTyped()
    {
        using var client = Client();

        Assert.Equal("healthy", (await client.Health.GetHealthAsync()).Status);
        var readiness = await client.Health.GetReadyAsync();
        Assert.Contains("database", readiness.Checks.Keys);
        Assert.Equal(readiness.Checks.Keys.Order(), readiness.Details.Keys.Order());
    }

    [Fact]
    public async Task Predict_Wrong_IsAProblemAndNotAskedAgain()
    {
        using var client = Client();

        var error = await Assert.ThrowsAsync<FraudApiException>(() => client.Scoring.PredictAsync(new Payment { Amount = 1, Currency = "euro" }));

        Assert.Equal((HttpStatusCode.BadRequest, 1), (error.StatusCode, error.Attempts));
        Assert.Equal("currency", error.Problem!.Field);
        Assert.NotEmpty(error.Problem.TraceId!);
    }

    /// <summary>A limit of 20 payments a second, and 40 callers at once: all get through, and none comes back too soon.</summary>
    [Fact]
    public async Task Predict_StormOf429_AllGetThroughAndRetryAfterIsObeyed()
    {
        var limited = new ServerFixture(new() { ["Overload:RatePerSecond"] = "20", ["Overload:Burst"] = "5" });
        await limited.InitializeAsync();
        try
        {
            var watch = new Watch();
            using var http = new HttpClient(watch) { BaseAddress = limited.Client.BaseAddress };
            using var client = new FraudClient(http, new FraudClientOptions { MaxAttempts = 60, MinBackoff = TimeSpan.FromMilliseconds(200), MaxBackoff = TimeSpan.FromSeconds(2) });

            var scores = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => client.Scoring.PredictAsync(new Payment
            {
                TransactionId = $"storm-{number}",
                CardId = $"c-{number}",
                Amount = 5,
            })));

            Assert.Equal(40, scores.Select(static score => score.TransactionId).Distinct().Count());
            Assert.NotEmpty(watch.Refusals);
            Assert.DoesNotContain(scores, static score => score.Duplicate);
            Assert.All(watch.Waits, static wait => Assert.True(wait.Waited >= wait.Asked, $"asked to wait {wait.Asked}, waited {wait.Waited}"));
        }
        finally
        {
            await limited.DisposeAsync();
        }
    }

    private IFraudStore Store => server.Services.GetRequiredService<IFraudStore>();

    private FraudClient Client() => new(server.Client.BaseAddress!);

    /// <summary>Sees each refusal, and when the same request comes again.</summary>
    private sealed class Watch() : DelegatingHandler(new SocketsHttpHandler())
    {
        public ConcurrentDictionary<string, (long At, TimeSpan Asked)> Refusals { get; } = new(StringComparer.Ordinal);

        public ConcurrentBag<(TimeSpan Waited, TimeSpan Asked)> Waits { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            if (Refusals.TryGetValue(body, out var refusal))
            {
                Waits.Add((TimeProvider.System.GetElapsedTime(refusal.At), refusal.Asked));
            }

            var response = await base.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Refusals[body] = (TimeProvider.System.GetTimestamp(), response.Headers.RetryAfter!.Delta!.Value);
            }

            return response;
        }
    }
}
