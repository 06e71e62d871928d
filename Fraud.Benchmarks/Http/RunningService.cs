using System.Net.Http.Headers;
using Fraud.Benchmarks.Workload;
using Fraud.Http;
using Fraud.Stream.Lifecycle;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fraud.Benchmarks.Http;

/// <summary>The product's server on embedded defaults, without rate limits.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);
    private readonly WebApplication _server;

    private RunningService(WebApplication server)
    {
        _server = server;
        Predict = new Uri(new Uri(server.Urls.First()), "/predict");
    }

    public Uri Predict { get; }

    public static async Task<RunningService> StartAsync(Scratch scratch, string model, CancellationToken cancellation)
    {
        var server = FraudServer.Build(
            new Dictionary<string, string?>
            {
                ["Http:Urls"] = "http://127.0.0.1:0",
                ["Overload:RatePerSecond"] = "0",
                ["Kafka:BootstrapServers"] = "",
                ["Storage:Kind"] = "Sqlite",
                ["Storage:SqliteFile"] = scratch.Path("http.db"),
                ["Scoring:Model"] = model,
            },
            // Its log would go where the report goes.
            static services => services.AddLogging(static logging => logging.ClearProviders()));
        try
        {
            await server.StartAsync(cancellation);
            await WaitRunning(server.Services.GetRequiredService<GraphStatus>(), cancellation);
            return new RunningService(server);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The bytes of one answer.</summary>
    public async Task<byte[]> AnswerAsync(CancellationToken cancellation)
    {
        using var client = new HttpClient();
        using var body = new ByteArrayContent(
            """{"transaction_id":"bench-first-answer","card_id":"load-card-00000001","terminal_id":"load-terminal","amount":12.34}"""u8.ToArray());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await client.PostAsync(Predict, body, cancellation);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
    }

    private static async Task WaitRunning(GraphStatus graph, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(LongestStart);
        while (graph.State != GraphState.Running)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline.Token);
        }
    }
}
