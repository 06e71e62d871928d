using System.Text.Json;
using Fraud.Tests.Http;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>
/// Each panel that a reference system has: in its row, asking for what it is about, and, where that is the service's to tell, with
/// a value while payments are scored. What exporters of others tell and what labels would bring has no value here.
/// </summary>
public sealed class DashboardPanelTests(DashboardPanelTests.WatchedServer watched) : IClassFixture<DashboardPanelTests.WatchedServer>
{
    private const string Production = "production.json";
    private const string Model = "model.json";

    private static readonly Dictionary<string, (string Dashboard, string Row, string[] AskFor, bool HasValueHere)> Promised = new(StringComparer.Ordinal)
    {
        ["Requests, 24 h"] = (Production, "System Overview", ["api_requests_total"], true),
        ["Fraud detections, 24 h"] = (Production, "System Overview", ["anomalies_detected_total"], true),
        ["Success rate"] = (Production, "System Overview", ["fraud:requests:error_ratio5m"], true),
        ["Uptime"] = (Production, "System Overview", ["process_start_time_seconds"], true),
        ["Latency"] = (
            Production, "Performance", ["fraud_prediction_latency_seconds_sum", "fraud:latency_seconds:p95_5m", "fraud:latency_seconds:p99_5m"], true),
        ["Throughput"] = (Production, "Performance", ["fraud_predictions_total"], true),
        ["Response-time distribution"] = (Production, "Performance", ["fraud_prediction_latency_seconds_bucket"], true),
        ["Request rate"] = (Production, "Performance", ["api_requests_total"], true),
        ["Errors"] = (Production, "Performance", ["api_requests_total{status=~\"[45]..\"}"], true),
        ["Fraud rate"] = (Production, "Fraud Detection", ["fraud:flagged:ratio5m"], true),
        ["True and false positives"] = (Production, "Fraud Detection", ["fraud_live_true_positives", "fraud_live_false_positives"], false),
        ["Confidence distribution"] = (Production, "Fraud Detection", ["fraud_score_bucket"], true),
        ["Transaction volume"] = (Production, "Fraud Detection", ["fraud_predictions_total"], true),
        ["CPU"] = (Production, "System Resources", ["fraud_detection_cpu_percent", "node_cpu_seconds_total"], true),
        ["Memory"] = (Production, "System Resources", ["dotnet_process_memory_working_set_bytes", "node_memory_MemAvailable_bytes"], true),
        ["Disk I/O"] = (Production, "System Resources", ["node_disk_read_bytes_total", "node_disk_written_bytes_total"], false),
        ["Network traffic"] = (Production, "System Resources", ["node_network_receive_bytes_total", "node_network_transmit_bytes_total"], false),
        ["Disk space"] = (Production, "System Resources", ["node_filesystem_avail_bytes"], false),
        ["Message rate"] = (Production, "Kafka", ["fraud_kafka_records_total", "kafka_topic_partition_current_offset"], true),
        ["Consumer lag"] = (Production, "Kafka", ["fraud_shard_lag"], true),
        ["Topic partitions"] = (Production, "Kafka", ["kafka_topic_partitions", "fraud_kafka_partitions"], true),
        ["Broker status"] = (Production, "Kafka", ["kafka_brokers", "kafka_topic_partition_under_replicated_partition"], false),
        ["Accuracy"] = (Model, "Quality by labels that came", ["model_accuracy"], true),
        ["Precision"] = (Model, "Quality by labels that came", ["model_precision"], false),
        ["Recall"] = (Model, "Quality by labels that came", ["model_recall"], false),
    };

    public static TheoryData<string> Titles => [.. Promised.Keys];

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task Panel_OfAReference_IsInItsRowAndShowsSomething(string title)
    {
        var (dashboard, row, askFor, hasValueHere) = Promised[title];

        var queries = Queries(dashboard, row, title);

        Assert.All(askFor, metric => Assert.Contains(queries, query => query.Contains(metric, StringComparison.Ordinal)));
        if (hasValueHere)
        {
            await watched.UntilOneHasAValue(queries);
        }
    }

    private static string[] Queries(string dashboard, string row, string title)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "deploy", "grafana", "dashboards", dashboard)));
        var panels = json.RootElement.GetProperty("panels").EnumerateArray()
            .SkipWhile(panel => !(IsRow(panel) && Title(panel) == row)).Skip(1)
            .TakeWhile(static panel => !IsRow(panel));
        var panel = Assert.Single(panels, panel => Title(panel) == title);
        return [.. panel.GetProperty("targets").EnumerateArray().Select(static target => target.GetProperty("expr").GetString()!)];

        static bool IsRow(JsonElement panel) => panel.GetProperty("type").GetString() == "row";
        static string? Title(JsonElement panel) => panel.GetProperty("title").GetString();
    }

    /// <summary>A service that scores, flags and refuses, and a real Prometheus that asks it.</summary>
    public sealed class WatchedServer : IAsyncLifetime
    {
        private readonly ServerFixture _server = new();
        private PrometheusServer? _prometheus;

        public async Task InitializeAsync()
        {
            await _server.InitializeAsync();
            _prometheus = new PrometheusServer(_server.Client.BaseAddress!);
            await _prometheus.UntilThereIs("up == 1");
        }

        public async Task DisposeAsync()
        {
            _prometheus?.Dispose();
            await _server.DisposeAsync();
        }

        internal Task UntilOneHasAValue(string[] queries) => Poll.Until(async () =>
        {
            using var flagged = await _server.Post("/predict", """{"amount":950}""");
            flagged.EnsureSuccessStatusCode();
            using var refused = await _server.Post("/predict", "{}");
            foreach (var query in queries)
            {
                var (data, error) = await _prometheus!.Query(query);
                Assert.Equal("", error);
                if (data!.Value.GetArrayLength() > 0)
                {
                    return true;
                }
            }

            return false;
        });
    }
}
