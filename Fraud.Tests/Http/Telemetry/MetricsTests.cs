using System.Globalization;
using Fraud.Faults.Processes;
using Fraud.Stream.Telemetry;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Telemetry;

public sealed class MetricsTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly string[] Names =
    [
        // Reference A
        "fraud_detection_latency_ms{quantile=\"0.95\"}", "fraud_detection_throughput_rps", "fraud_detection_fraud_rate",
        "fraud_detection_cpu_percent", "fraud_detection_memory_mb", "fraud_detection_errors_total",
        // B
        "anomalies_detected_total",
        // D
        "fraud_predictions_total{", "fraud_prediction_latency_seconds_bucket{", "api_requests_total{", "model_accuracy",
    ];

    [Fact]
    public async Task Get_Metrics_HasEveryNameOfTheReferences()
    {
        var text = await Scrape();

        var lines = text.Split('\n');
        Assert.All(Names, name => Assert.True(lines.Any(line => line.StartsWith(name, StringComparison.Ordinal)), name));
        Assert.Equal("1", Value(lines, "fraud_model_info{model=\"payments\",version=\"1\"}"));
        // Nothing holds Kafka back; infinity as this format writes it.
        Assert.Equal("+Inf", Value(lines, "fraud_kafka_pace"));
        // Of the instrumentations.
        Assert.Contains(lines, static line => line.StartsWith("http_server_request_duration_seconds_bucket{", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.StartsWith("dotnet_gc_pause_time_seconds_total ", StringComparison.Ordinal));
        Assert.InRange(double.Parse(Value(lines, "model_accuracy"), CultureInfo.InvariantCulture), 0.99, 1);
    }

    [Fact]
    public async Task Get_Metrics_HasStagesCallsQueuesAndShards()
    {
        var lines = (await Scrape()).Split('\n');

        string[] stages = ["features", "score", "persistence"];
        Assert.All(stages, stage => Assert.NotEqual("0", Value(lines, $"fraud_stage_seconds_count{{stage=\"{stage}\"}}")));
        Assert.NotEqual("0", Value(lines, "fraud_model_call_payments_sum"));
        Assert.Equal("0", Value(lines, "fraud_http_waiting"));
        Assert.Equal("0", Value(lines, "fraud_kafka_batches_waiting"));
        // Each was opened once.
        Assert.Equal(Value(lines, "fraud_shards_held"), Value(lines, "fraud_shard_open_seconds_count"));
        Assert.DoesNotContain(lines, static line => line.StartsWith("fraud_shard_release_seconds_count", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_Metrics_PassesPromtoolButForNamesOfOthers()
    {
        var promtool = Path.Combine(Repository.Root, ".tools", "promtool");
        var check = await ProgramRun.ToEnd(File.Exists(promtool) ? promtool : "promtool", ["check", "metrics"], input: await Scrape());

        // Milliseconds and megabytes in a name are against advice; dashboards ask for these.
        var complaints = $"{check.Output}\n{check.Errors}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(static line => line is not ("fraud_detection_latency_ms metric names should not contain abbreviated units"
                or "fraud_detection_memory_mb metric names should not contain abbreviated units"));
        Assert.Empty(complaints);
    }

    private async Task<string> Scrape()
    {
        using var good = await server.Post("/predict", """{"amount":950}""");
        good.EnsureSuccessStatusCode();
        var recent = server.Services.GetRequiredService<StreamMetrics>().Recent;
        await Poll.Until(() => recent.Read().Predictions > 0);
        return await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
    }

    private static string Value(string[] lines, string series) =>
        lines.Single(line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..];
}
