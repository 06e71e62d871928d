using System.Text.Json;
using Fraud.Tests.Http;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>
/// Every query of the dashboards and every rule, put to a real Prometheus that asks the real service: each must be
/// understood, and ask only for what there is.
/// </summary>
public sealed class DashboardTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    // Of the standard exporters that docker-compose.yml starts, and of Prometheus itself.
    private static readonly string[] OfExporters =
    [
        "ALERTS", "up",
        "kafka_brokers", "kafka_topic_partitions", "kafka_topic_partition_current_offset", "kafka_topic_partition_under_replicated_partition",
        "node_cpu_seconds_total", "node_memory_MemAvailable_bytes", "node_disk_read_bytes_total", "node_disk_written_bytes_total",
        "node_network_receive_bytes_total", "node_network_transmit_bytes_total", "node_filesystem_avail_bytes", "node_filesystem_size_bytes",
    ];

    [Fact]
    public async Task Queries_OfDashboardsAndRules_AreUnderstoodAndAskForWhatThereIs()
    {
        using var good = await server.Post("/predict", """{"amount":950}""");
        good.EnsureSuccessStatusCode();
        using var prometheus = new PrometheusServer(server.Client.BaseAddress!);
        await prometheus.UntilThereIs("up == 1");
        await prometheus.UntilThereIs("fraud_predictions_total");

        var rules = (await prometheus.Get("rules")).GetProperty("groups").EnumerateArray()
            .SelectMany(static group => group.GetProperty("rules").EnumerateArray()).ToArray();
        var known = OfExporters
            .Concat(ServiceMetrics.Names(server.Services))
            .Concat(rules.Where(static rule => rule.GetProperty("type").GetString() == "recording").Select(static rule => rule.GetProperty("name").GetString()!))
            .Concat((await prometheus.Get("label/__name__/values")).EnumerateArray().Select(static name => name.GetString()!))
            .ToHashSet(StringComparer.Ordinal);

        var queries = Dashboards().Concat(rules.Select(static rule => (rule.GetProperty("name").GetString()!, rule.GetProperty("query").GetString()!))).ToArray();
        Assert.True(queries.Length > 100, $"only {queries.Length} queries were found");
        foreach (var (where, query) in queries)
        {
            var (_, error) = await prometheus.Query(query);
            Assert.True(error.Length == 0, $"{where}: {query}: {error}");
            Assert.All(PromQl.Metrics(query), metric => Assert.True(known.Contains(metric), $"{where}: {query}: there is no metric {metric}"));
        }
    }

    [Fact]
    public async Task Rules_OnAServiceThatScores_HaveValuesAndRaiseNoAlarm()
    {
        using var prometheus = new PrometheusServer(server.Client.BaseAddress!);
        await prometheus.UntilThereIs("up == 1");
        await Poll.Until(async () =>
        {
            using var answer = await server.Post("/predict", """{"amount":950}""");
            var (data, _) = await prometheus.Query(
                "fraud:predictions:rate5m > 0 and fraud:latency_seconds:p95_5m > 0 and fraud:flagged:ratio5m >= 0 and fraud:requests:error_ratio5m >= 0 and fraud:shed:ratio5m >= 0");
            return data is { } found && found.GetArrayLength() > 0;
        });

        // Of what this Prometheus asks there is no exporter, and so no broker.
        var (firing, _) = await prometheus.Query("""ALERTS{alertname!~"Watchdog|KafkaDown",alertstate="firing"}""");
        Assert.Equal(0, firing!.Value.GetArrayLength());
    }

    [Fact]
    public void Dashboards_EveryPanel_SaysWhatItShows()
    {
        foreach (var file in Files())
        {
            var dashboard = JsonDocument.Parse(File.ReadAllText(file)).RootElement;
            Assert.NotEmpty(dashboard.GetProperty("uid").GetString()!);
            var panels = dashboard.GetProperty("panels").EnumerateArray().ToArray();
            Assert.Equal(panels.Length, panels.Select(static panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
            Assert.All(panels.Where(static panel => panel.GetProperty("type").GetString() != "row"), static panel =>
            {
                Assert.NotEmpty(panel.GetProperty("description").GetString()!);
                Assert.Equal("prometheus", panel.GetProperty("datasource").GetProperty("uid").GetString());
                Assert.NotEmpty(panel.GetProperty("targets").EnumerateArray());
                var place = panel.GetProperty("gridPos");
                Assert.InRange(place.GetProperty("x").GetInt32() + place.GetProperty("w").GetInt32(), 1, 24);
            });
        }
    }

    private static string[] Files() => Directory.GetFiles(Path.Combine(Repository.Root, "deploy", "grafana", "dashboards"), "*.json");

    private static IEnumerable<(string Where, string Query)> Dashboards() =>
        from file in Files()
        from panel in JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("panels").EnumerateArray()
        where panel.TryGetProperty("targets", out _)
        from target in panel.GetProperty("targets").EnumerateArray()
        select ($"{Path.GetFileName(file)}, {panel.GetProperty("title").GetString()}", target.GetProperty("expr").GetString()!);
}
