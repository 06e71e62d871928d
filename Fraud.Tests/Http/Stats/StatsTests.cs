using System.Text.Json;
using Fraud.Http.Stats;
using Fraud.Stream.Batching;
using Fraud.Stream.Telemetry;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Http.Stats;

public sealed class StatsTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Get_Stats_CountsWhatWasScoredAndHowFast()
    {
        var recent = server.Services.GetRequiredService<StreamMetrics>().Recent;
        var before = recent.Read();
        for (var i = 0; i < 5; i++)
        {
            using var scored = await server.Post("/predict", $$"""{"card_id":"stats-{{i}}","amount":{{(i == 0 ? 950 : 5)}}}""");
            scored.EnsureSuccessStatusCode();
        }

        await Poll.Until(() => recent.Read().Predictions == before.Predictions + 5);
        var stats = await Get();

        Assert.Equal(before.Predictions + 5, stats.GetProperty("total_predictions").GetInt64());
        Assert.Equal(before.Frauds + 1, stats.GetProperty("fraud_detections").GetInt64());
        Assert.True(stats.GetProperty("total_requests").GetInt64() >= 5);
        var latency = stats.GetProperty("latency_ms");
        double[] rising = [.. new[] { "min", "p50", "p95", "p99", "max" }.Select(name => latency.GetProperty(name).GetDouble())];
        Assert.True(rising[0] > 0, latency.ToString());
        Assert.Equal(rising.Order(), rising);
        Assert.InRange(latency.GetProperty("avg").GetDouble(), rising[0], rising[^1]);
        Assert.True(stats.GetProperty("throughput_per_second").GetDouble() > 0);
        Assert.InRange(stats.GetProperty("fraud_rate").GetDouble(), 0.0001, 0.9999);
        Assert.Equal(1_000, stats.GetProperty("window").GetProperty("size").GetInt32());
        Assert.Equal(0, stats.GetProperty("rows_behind").GetProperty("parked").GetInt64());
        Assert.All(["rows_behind", "alerts_behind"], name => Assert.True(stats.GetProperty(name).GetProperty("payments").GetInt64() >= 0));
        Assert.InRange(stats.GetProperty("cpu_percent").GetDouble(), 0, 100);
        Assert.InRange(stats.GetProperty("memory_mb").GetDouble(), 10, 100_000);
    }

    [Fact]
    public void Look_BeyondALimit_IsListedUntilItIsOver()
    {
        var time = new FakeTimeProvider();
        using var metrics = new StreamMetrics(time);
        var options = new StatsOptions { MemoryLimitPercent = 0.0001, LatencyLimit = TimeSpan.FromMinutes(1), CpuLimitPercent = 100 };
        using var monitor = new HealthMonitor(options, new ResourceUsage(time), metrics, time, NullLogger<HealthMonitor>.Instance);

        monitor.Look();
        var excess = Assert.Single(monitor.Excesses);
        options.MemoryLimitPercent = 100;
        monitor.Look();

        Assert.Equal("high_memory", excess.Name);
        Assert.True(excess.Value > excess.Limit);
        Assert.Empty(monitor.Excesses);
    }

    [Fact]
    public void Look_SlowPayments_AreAnAlertWhileTheyCome()
    {
        var time = new FakeTimeProvider();
        using var metrics = new StreamMetrics(time);
        using var monitor = new HealthMonitor(
            new StatsOptions { MemoryLimitPercent = 100, CpuLimitPercent = 100 }, new ResourceUsage(time), metrics, time, NullLogger<HealthMonitor>.Instance);
        var slow = new Payment { State = PaymentState.Scored, ArrivedTimestamp = time.GetTimestamp() };
        time.Advance(TimeSpan.FromMilliseconds(150));

        metrics.Recent.Add([.. Enumerable.Repeat(slow, 19)]);
        monitor.Look();
        var few = monitor.Excesses;
        metrics.Recent.Add([slow]);
        monitor.Look();
        var enough = monitor.Excesses;
        monitor.Look();

        Assert.Empty(few);
        Assert.Equal(new Excess("high_latency", 150, 100), Assert.Single(enough));
        Assert.Empty(monitor.Excesses);
    }

    [Fact]
    public void Sample_AfterWork_IsTheShareOfAllProcessors()
    {
        var time = new FakeTimeProvider();
        var usage = new ResourceUsage(time);
        var used = Environment.CpuUsage.TotalTime;
        while (Environment.CpuUsage.TotalTime - used < TimeSpan.FromMilliseconds(50))
        {
            Thread.SpinWait(10_000);
        }

        // Other tests run in this process too: all that is known is the least.
        time.Advance(TimeSpan.FromSeconds(1));
        usage.Sample();

        Assert.InRange(usage.CpuPercent, 5.0 / Environment.ProcessorCount * 0.9, 100);
    }

    [Theory]
    [InlineData(1_000, 10, 0.5, 0.8, 0.99)]
    [InlineData(1_000, 10, 1, 1, 1)]
    [InlineData(1_000, 10, 0.1, 0.5, 0.95)]
    public void Accuracy_FromPrecisionAndRecall_IsTheShareJudgedRightly(double rows, double frauds, double precision, double recall, double accuracy) =>
        Assert.Equal(accuracy, CompatibleMetrics.Accuracy(new Dictionary<string, double>
        {
            ["test_rows"] = rows,
            ["test_frauds"] = frauds,
            ["precision_at_review"] = precision,
            ["recall_at_review"] = recall,
        })!.Value, 1e-9);

    [Fact]
    public void Accuracy_TooLittleKnown_IsNull() =>
        Assert.Null(CompatibleMetrics.Accuracy(new Dictionary<string, double> { ["test_rows"] = 10 }));

    private async Task<JsonElement> Get() =>
        JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/stats", UriKind.Relative))).RootElement;
}
