using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Fraud.Benchmarks.Load;
using Fraud.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Benchmarks.Load;

/// <summary>Alone: what a load generator sends when is what is looked at.</summary>
[Collection(AloneCollection.Name)]
public sealed class LoadRunTests
{
    [Fact]
    public async Task RunAsync_MixedAnswers_CountsEachOnce()
    {
        var ids = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var cards = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var asked = 0;
        await using var server = await StartAsync(async context =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            ids[body.RootElement.GetProperty("transaction_id").GetString()!] = true;
            cards[body.RootElement.GetProperty("card_id").GetString()!] = true;
            context.Response.StatusCode = (Interlocked.Increment(ref asked) % 4) switch { 0 => 429, 1 => 503, 2 => 500, _ => 200 };
            // Without a length: the answer comes in chunks.
            await context.Response.WriteAsync("{}");
        });

        var report = await RunAsync(server, new LoadOptions
        {
            Address = AddressOf(server),
            Rate = 2_000,
            Duration = TimeSpan.FromMilliseconds(500),
            Connections = 4,
            Cards = 20,
        });

        Assert.Equal(1_000, report.Offered);
        Assert.Equal((250, 500, 250), (report.Accepted.Count, report.Shed.Count, report.Failed.Count));
        Assert.Equal((0, 0), (report.Unanswered.Count, report.Unsent));
        Assert.Equal((1_000, 20), (ids.Count, cards.Count));
        Assert.True(report.Accepted is { P50Ms: > 0 } times && times.P50Ms <= times.P99Ms && times.P99Ms <= times.MaxMs);
    }

    [Fact]
    public async Task RunAsync_VersionsThatChange_AreCountedInTheirOrder()
    {
        var asked = 0;
        await using var server = await StartAsync(async context =>
        {
            var version = Interlocked.Increment(ref asked) is > 200 and <= 400 ? 2 : 1;
            await context.Response.WriteAsync($$"""{"model":"m","model_version":"{{version}}"}""");
        });

        var report = await RunAsync(server, new LoadOptions
        {
            Address = AddressOf(server),
            Rate = 2_000,
            Duration = TimeSpan.FromMilliseconds(300),
            Connections = 1,
            CountVersions = true,
        });

        var versions = report.Versions!;
        Assert.Equal((2, 2), (versions.FewestChanges, versions.MostChanges));
        Assert.Equal([("1", 200L), ("2", 200L), ("1", 200L)], versions.Steps.Select(static step => (step.Version, step.Answers)));
        Assert.True(versions.Steps[0].Last < versions.Steps[1].First && versions.Steps[1].Last < versions.Steps[2].First);
        Assert.Contains("changed 2 to 2 times", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_Warmup_IsSentAndNotCounted()
    {
        var asked = 0;
        await using var server = await StartAsync(async context =>
        {
            // Who measures is not to see the first requests of all.
            if (Interlocked.Increment(ref asked) <= 50)
            {
                await Task.Delay(300, context.RequestAborted);
            }

            context.Response.ContentLength = 0;
        });

        var report = await RunAsync(server, new LoadOptions
        {
            Address = AddressOf(server),
            Rate = 500,
            Warmup = TimeSpan.FromMilliseconds(200),
            Duration = TimeSpan.FromMilliseconds(400),
            Connections = 64,
        });

        Assert.Equal((200, 200, 300), (report.Offered, report.Accepted.Count, asked));
        Assert.InRange(report.Accepted.MaxMs, 0, 299);
    }

    [Fact]
    public async Task RunAsync_ServerStalls_CountsTheWaitOfThoseHeldUp()
    {
        var asked = 0;
        await using var server = await StartAsync(async context =>
        {
            if (Interlocked.Increment(ref asked) == 1)
            {
                await Task.Delay(500, context.RequestAborted);
            }

            context.Response.ContentLength = 0;
        });

        var report = await RunAsync(server, new LoadOptions
        {
            Address = AddressOf(server),
            Rate = 200,
            Duration = TimeSpan.FromSeconds(1),
            Connections = 1,
        });

        // Half of the requests were due while the only connection waited; a client that sends the next one
        // only after the answer would see a single slow one.
        Assert.Equal(200, report.Accepted.Count);
        Assert.True(report.Accepted.P99Ms > 400 && report.Accepted.P50Ms > 1, report.ToString());
    }

    [Fact]
    public async Task RunAsync_NoAnswer_IsUnanswered()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var report = await LoadRun.RunAsync(
            new LoadOptions
            {
                Address = new Uri($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/"),
                Rate = 50,
                Duration = TimeSpan.FromMilliseconds(100),
                Connections = 2,
                Timeout = TimeSpan.FromMilliseconds(300),
            },
            TimeProvider.System,
            default);

        Assert.Equal(5, report.Offered);
        Assert.True(report.Unanswered.Count >= 2, report.ToString());
        Assert.Equal(5, report.Unanswered.Count + report.Unsent);
    }

    [Fact]
    public async Task RunAsync_NobodyListens_IsFailed()
    {
        var report = await LoadRun.RunAsync(
            new LoadOptions { Address = new Uri("http://127.0.0.1:9/"), Rate = 100, Duration = TimeSpan.FromMilliseconds(100) },
            TimeProvider.System,
            default);

        Assert.Equal(10, report.Failed.Count);
    }

    [Fact]
    public async Task RunAsync_Interrupted_EndsAndReports()
    {
        await using var server = await StartAsync(static context =>
        {
            context.Response.ContentLength = 0;
            return Task.CompletedTask;
        });
        using var stopping = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        var report = await LoadRun.RunAsync(
            new LoadOptions { Address = AddressOf(server), Rate = 100, Duration = TimeSpan.FromHours(1) }, TimeProvider.System, stopping.Token);

        Assert.InRange(report.Seconds, 0.1, 10);
    }

    private static Task<LoadReport> RunAsync(WebApplication server, LoadOptions options)
    {
        Assert.NotNull(server);
        return LoadRun.RunAsync(options, TimeProvider.System, default);
    }

    private static Uri AddressOf(WebApplication server) => new(new Uri(server.Urls.Single()), "/predict");

    private static async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(answer);
        await server.StartAsync();
        return server;
    }
}
