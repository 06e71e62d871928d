using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fraud.Faults.Processes;
using Fraud.Tests.Http;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Load;

/// <summary>
/// What the reference systems say of their speed, as a bar: their load tests, much shortened, at their own rates. Ours stand far
/// below on a still machine, docs/load.md; on one that others use, one run of three has to keep to the bar.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class ReferenceFigureTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const int Runs = 3;

    // A-113: 20 to 25 ms on average, 40 to 50 ms p95.
    [Fact]
    public Task Sustained_OnePaymentAtATime_IsAsFastAsTheReference() =>
        KeepsTo("sustained", 0.05, static run => run.AcceptedShare == 1 && run.MeanMs < 25 && run.P95Ms < 50);

    // A-114: 150 to 200 ms.
    [Fact]
    public Task Batch_OfAHundred_IsAsFastAsTheReference() =>
        KeepsTo("batch", 0.2, static run => run.AcceptedShare == 1 && run.MeanMs < 200);

    // A-115: 50 to 60 a second. A-118: all of 500 at one moment, 142.34 ms on average, p95 234.56, p99 289.12 ms.
    [Fact]
    public Task HighThroughput_FiveHundredAtOneMoment_AllSucceedAsFastAsAtTheReference() =>
        KeepsTo("high-throughput", 0.2, static run => run is { AcceptedShare: 1, PerSecond: > 60, MeanMs: < 142.34, P95Ms: < 234.56, P99Ms: < 289.12 });

    // E-019: 199.87 a second, none failed, 23.95 ms on average, p99 105.38 ms.
    [Fact]
    public Task Constant_TwoHundredASecond_IsAsFastAsTheReference() =>
        KeepsTo("constant", 0.05, static run => run is { AcceptedShare: 1, MeanMs: < 23.95, P99Ms: < 105.38 });

    // E-020: about 335 a second, 27.36 % failed, p95 538.11 ms.
    [Fact]
    public Task Stress_UpToTwoThousandASecond_IsBetterThanTheReference() =>
        KeepsTo("stress", 0.06, static run => run is { PerSecond: > 335, AcceptedShare: > 1 - 0.2736, P95Ms: < 538.11 });

    // E-021: 840 to 920 a second, 16.24 % succeeded, p95 825.14 ms, no crash.
    [Fact]
    public async Task Spike_TwentyTimesAsMuch_IsBetterThanTheReferenceAndTheServiceGoesOn()
    {
        await KeepsTo("spike", 0.1, static run => run is { AcceptedShare: > 0.1624, P95Ms: < 825.14 });

        using var after = await server.Post("/predict", """{"amount":1}""");
        after.EnsureSuccessStatusCode();
    }

    // E-006: about 50 µs, below a millisecond. E-001: 0.87 ms.
    [Fact]
    public async Task Inference_OfOnePayment_IsBelowAMillisecond()
    {
        var times = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            using var answer = await server.Post("/predict", """{"amount":12.5}""");
            times.Add(JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("inference_time_ms").GetDouble());
        }

        times.Sort();
        Assert.InRange(times[times.Count / 2], 0.001, 1);
    }

    // A-116: 100 messages a second and more, from Kafka to the store.
    [Fact]
    public async Task Kafka_ToTheStore_IsFasterThanTheReference()
    {
        var (exit, output, error) = await CommandLine.Run(
            "bench", "kafka", "--json", "--duration", "0.5", "--rounds", "1", "--model", Path.Combine(Repository.Root, "models", "payments"));

        Assert.True(exit == 0, error);
        var figures = JsonDocument.Parse(output).RootElement.GetProperty("results")[0].GetProperty("figures").EnumerateArray();
        var payments = Assert.Single(figures, static figure => figure.GetProperty("measure").GetString() == "payments");
        Assert.True(payments.GetProperty("ours").GetProperty("median").GetDouble() > 100, payments.ToString());
    }

    // A-117: about 200 MB for the service and 400 MB for Kafka, which is in the same process here.
    [Fact]
    public async Task Memory_OfServiceAndBrokerInOneProcess_IsBelowTheReferencesTogether()
    {
        using var folder = new TempFolder();
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        string[] settings =
        [
            $"Http:Urls={address}", $"Storage:SqliteFile={folder.File("fraud.db")}", $"Scoring:Model={Path.Combine(Repository.Root, "models", "payments")}",
        ];
        using var service = new OwnedProcess(
            folder.File("log"), folder.Path, "dotnet",
            [Deployment.FraudProgram, "serve", "--no-welcome", .. settings.SelectMany(static setting => new[] { "--set", setting })]);
        using var client = new HttpClient { BaseAddress = address };
        await Poll.Until(async () =>
        {
            Assert.False(service.HasEnded, await File.ReadAllTextAsync(service.Log));
            return await Scores(client);
        });
        for (var i = 0; i < 250; i++)
        {
            Assert.True(await Scores(client));
        }

        var metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        const string memory = "fraud_detection_memory_mb ";
        var used = Assert.Single(metrics.Split('\n'), static line => line.StartsWith(memory, StringComparison.Ordinal))[memory.Length..];
        Assert.InRange(double.Parse(used, CultureInfo.InvariantCulture), 50, 600);
    }

    private static async Task<bool> Scores(HttpClient client)
    {
        try
        {
            using var payment = new StringContent("""{"amount":12.5}""", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/predict", UriKind.Relative), payment);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task KeepsTo(string scenario, double time, Func<Figures, bool> bar)
    {
        var runs = new List<Figures>();
        while (runs.Count < Runs)
        {
            runs.Add(await Run(scenario, time));
            if (bar(runs[^1]))
            {
                return;
            }
        }

        Assert.Fail(string.Join('\n', runs));
    }

    private async Task<Figures> Run(string scenario, double time)
    {
        var (_, output, error) = await CommandLine.Run(
            "load", scenario, "--url", server.Client.BaseAddress!.ToString(), "--time", time.ToString(CultureInfo.InvariantCulture),
            "--max-p99", "10s", "--max-shed", "1", "--max-failed", "1", "--warmup", "0.5s", "--quiet", "--json");
        Assert.Equal("", error);
        var result = Assert.Single(JsonDocument.Parse(output).RootElement.GetProperty("scenarios").EnumerateArray());
        var report = result.GetProperty("report");
        var accepted = report.GetProperty("accepted");
        return new Figures(
            report.GetProperty("accepted_share").GetDouble(), result.GetProperty("payments_per_second").GetDouble(),
            accepted.GetProperty("mean_ms").GetDouble(), accepted.GetProperty("p95_ms").GetDouble(), accepted.GetProperty("p99_ms").GetDouble());
    }

    private sealed record Figures(double AcceptedShare, double PerSecond, double MeanMs, double P95Ms, double P99Ms);
}
