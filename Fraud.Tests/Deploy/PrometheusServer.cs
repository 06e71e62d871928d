using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Fraud.Faults.Processes;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>A real Prometheus with the rules of the repository, that asks one service every second.</summary>
internal sealed class PrometheusServer : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly HttpClient _client = new();
    private readonly OwnedProcess _process;

    /// <param name="service">Whose /metrics to ask.</param>
    public PrometheusServer(Uri service)
    {
        var port = FreePort();
        File.WriteAllText(_folder.File("prometheus.yml"), $$"""
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: ["{{Repository.Root}}/deploy/prometheus/rules/*.yml"]
            scrape_configs:
              - job_name: fraud_detection_api
                static_configs:
                  - targets: ["{{service.Authority}}"]
            """);
        _client.BaseAddress = new Uri($"http://127.0.0.1:{port}");
        _process = new OwnedProcess(
            _folder.File("prometheus.log"), _folder.Path, DeployTool.Find("prometheus"),
            "--config.file=prometheus.yml", "--storage.tsdb.path=data", $"--web.listen-address=127.0.0.1:{port}");
    }

    /// <summary>Where it is asked.</summary>
    public Uri Address => _client.BaseAddress!;

    /// <summary>What /api/v1/query answers, once Prometheus is there: its data, or why there are none.</summary>
    public async Task<(JsonElement? Data, string Error)> Query(string expression)
    {
        using var answer = await _client.GetAsync(new Uri("/api/v1/query?query=" + Uri.EscapeDataString(expression), UriKind.Relative));
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return json.GetProperty("status").GetString() == "success"
            ? (json.GetProperty("data").GetProperty("result"), "")
            : (null, json.GetProperty("error").GetString()!);
    }

    /// <summary>Data of another address under /api/v1.</summary>
    public async Task<JsonElement> Get(string path)
    {
        var text = await _client.GetStringAsync(new Uri("/api/v1/" + path, UriKind.Relative));
        return JsonDocument.Parse(text).RootElement.GetProperty("data");
    }

    /// <summary>Waits until an expression has a value.</summary>
    public Task UntilThereIs(string expression) => Poll.Until(async () =>
    {
        Assert.False(_process.HasEnded, await File.ReadAllTextAsync(_process.Log));
        try
        {
            return (await Query(expression)).Data is { ValueKind: JsonValueKind.Array } data && data.GetArrayLength() > 0;
        }
        catch (Exception error) when (error is HttpRequestException or JsonException)
        {
            // It does not listen yet, or says in plain words that it starts.
            return false;
        }
    });

    public void Dispose()
    {
        _process.Dispose();
        _client.Dispose();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
