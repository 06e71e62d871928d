using System.Net;
using Fraud.Client;
using Fraud.Client.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Fraud.Tests.Client;

/// <summary>The client of a service collection: its attempts are the resilience handler's.</summary>
public sealed class DependencyInjectionTests
{
    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, 3)]
    [InlineData(HttpStatusCode.TooManyRequests, 3)]
    [InlineData(HttpStatusCode.InternalServerError, 1)]
    [InlineData(HttpStatusCode.BadRequest, 1)]
    public async Task Predict_AlwaysRefused_IsSentSoOften(HttpStatusCode status, int attempts)
    {
        var server = new CannedServer(_ => CannedServer.Of(status));
        await using var services = Services(server);

        var error = await Assert.ThrowsAsync<FraudApiException>(() => Client(services).Scoring.PredictAsync(new Payment { Amount = 1 }));

        Assert.Equal((status, attempts, attempts), (error.StatusCode, error.Attempts, server.Requests.Count));
        Assert.Single(server.Requests.Distinct());
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, 1)]
    [InlineData(HttpStatusCode.TooManyRequests, 3)]
    public async Task Change_Refused_IsSentAgainOnlyWhereNothingWasDone(HttpStatusCode status, int attempts)
    {
        var server = new CannedServer(_ => CannedServer.Of(status));
        await using var services = Services(server);

        await Assert.ThrowsAsync<FraudApiException>(() => Client(services).Registry.SetModelAliasAsync("a", "b", "1"));

        Assert.Equal(attempts, server.Requests.Count);
    }

    [Fact]
    public async Task Get_RetryAfterTooLong_EndsTheCall()
    {
        var server = new CannedServer(static _ => CannedServer.Of(HttpStatusCode.ServiceUnavailable, retryAfter: 31));
        await using var services = Services(server);

        var error = await Assert.ThrowsAsync<FraudApiException>(() => Client(services).Health.GetHealthAsync());

        Assert.Equal((TimeSpan.FromSeconds(31), 1), (error.RetryAfter, server.Requests.Count));
    }

    [Fact]
    public async Task Get_NoRetries_IsSentOnce()
    {
        var server = new CannedServer(static _ => CannedServer.Of(HttpStatusCode.ServiceUnavailable));
        await using var services = Services(server, static options => options.MaxRetries = 0);

        await Assert.ThrowsAsync<FraudApiException>(() => Client(services).Health.GetHealthAsync());

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Get_ConnectionBreaksOnce_IsAnswered()
    {
        var server = new CannedServer(static request => request == 1
            ? throw new HttpRequestException("reset")
            : CannedServer.Of(HttpStatusCode.OK, """{"status":"healthy"}"""));
        await using var services = Services(server);

        Assert.Equal("healthy", (await Client(services).Health.GetHealthAsync()).Status);
    }

    [Fact]
    public async Task AddFraudClient_Twice_DoesNotMultiplyAttempts()
    {
        var server = new CannedServer(static _ => CannedServer.Of(HttpStatusCode.ServiceUnavailable));
        await using var services = Services(server, more: static services => services.AddFraudClient());

        await Assert.ThrowsAsync<FraudApiException>(() => Client(services).Health.GetHealthAsync());

        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task PredictStream_AnswerBreaksOff_SendsTheRestAgain()
    {
        var server = new CannedServer(static request => CannedServer.Of(HttpStatusCode.OK, request == 1
            ? """{"next_line":1,"error":{"status":503,"detail":"stopping","retry_after":0}}""" + "\n"
            : """{"line":1,"transaction_id":"a","fraud_score":0.1,"is_fraud":false,"decision":"approve"}""" + "\n"));
        await using var services = Services(server);

        var results = await Client(services).Scoring.PredictStreamAsync(new[] { new Payment { TransactionId = "a", Amount = 1 } }.ToAsyncEnumerable()).ToListAsync();

        Assert.Equal("a", Assert.Single(results).Score!.TransactionId);
        Assert.Equal(2, server.Requests.Count);
    }

    /// <summary>The default handler opens its circuit when a tenth of a hundred calls fail within its window.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(null, true)]
    public async Task Get_ManyRefusals_OpenTheCircuitOnlyWithoutRetryAfter(int? retryAfter, bool opens)
    {
        var server = new CannedServer(_ => CannedServer.Of(HttpStatusCode.ServiceUnavailable, retryAfter: retryAfter));
        await using var services = Services(server, static options => options.MaxRetries = 0);

        for (var call = 0; call < 150; call++)
        {
            await Assert.ThrowsAsync<FraudApiException>(() => Client(services).Health.GetHealthAsync());
        }

        Assert.Equal(opens, server.Requests.Count < 150);
    }

    [Fact]
    public void Delay_RetryAfter_IsNeverUndercut()
    {
        var resilience = new Resilience(new FraudClientServiceOptions { MinBackoff = TimeSpan.FromMilliseconds(100) }, TimeProvider.System);
        using var response = CannedServer.Of(HttpStatusCode.TooManyRequests, retryAfter: 3);

        Assert.All(Enumerable.Range(0, 100), _ => Assert.InRange(resilience.DelayOf(Polly.Outcome.FromResult(response))!.Value.TotalSeconds, 3.01, 3.1));
    }

    [Fact]
    public async Task Start_WrongOptions_SaysAllThatIsWrong()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddFraudClient(static options =>
        {
            options.Address = new Uri("ftp://service");
            options.MaxRetries = 21;
            options.TotalTimeout = options.AttemptTimeout;
            options.MaxBackoff = options.MinBackoff / 2;
        });
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.All((string[])["Address", "MaxRetries", "TotalTimeout", "MaxBackoff"], name => Assert.Contains(error.Failures, failure => failure.Contains(name, StringComparison.Ordinal)));
        Assert.Equal(4, error.Failures.Count());
    }

    private static FraudClient Client(ServiceProvider services) => services.GetRequiredService<FraudClient>();

    private static ServiceProvider Services(
        CannedServer server, Action<FraudClientServiceOptions>? configure = null, Action<IServiceCollection>? more = null)
    {
        var services = new ServiceCollection();
        services.AddFraudClient(options =>
        {
            options.Address = new Uri("http://service");
            options.ApiKey = null;
            options.MaxRetries = 2;
            options.MinBackoff = TimeSpan.FromMilliseconds(1);
            options.MaxBackoff = TimeSpan.FromMilliseconds(2);
            configure?.Invoke(options);
        }).ConfigurePrimaryHttpMessageHandler(() => server);
        more?.Invoke(services);
        return services.BuildServiceProvider();
    }
}
