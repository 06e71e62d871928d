using System.Net.Http.Headers;
using System.Text;
using Fraud.Http;
using Fraud.Stream;
using Fraud.Stream.Lifecycle;
using Fraud.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http;

/// <summary>The whole service on a port of its own: Kestrel, graph, embedded broker, SQLite, the shipped model.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string?> _settings;
    private WebApplication? _server;

    public ServerFixture()
        : this([])
    {
    }

    internal ServerFixture(Dictionary<string, string?> settings, Action<IServiceCollection>? configure = null)
    {
        Configure = configure;
        _settings = new Dictionary<string, string?>(settings)
        {
            ["Http:Urls"] = settings.GetValueOrDefault("Http:Urls", "http://127.0.0.1:0"),
            ["Storage:SqliteFile"] = _folder.File("fraud.db"),
            ["Kafka:SessionTimeout"] = "00:00:02",
        };
        _settings.TryAdd("Scoring:Model", Path.Combine(Repository.Root, "models", "payments"));
        _settings.TryAdd("Training:WorkFolder", _folder.File("training"));
        _settings.TryAdd("Training:StagingFolder", _folder.File("staged"));
    }

    private Action<IServiceCollection>? Configure { get; }

    public HttpClient Client { get; } = new();

    /// <summary>Where it listens, the nodes' own port included.</summary>
    public IEnumerable<string> Urls => _server!.Urls;

    public IServiceProvider Services => _server!.Services;

    public string Kafka => Services.GetRequiredService<KafkaEndpoint>().BootstrapServers;

    public async Task InitializeAsync()
    {
        _server = FraudServer.Build(_settings, Configure);
        await _server.StartAsync();
        Client.BaseAddress = new Uri(_server.Urls.First());
        var graph = Services.GetRequiredService<GraphStatus>();
        await Poll.Until(() => graph.State == GraphState.Running);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _server!.StopAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    public Task<HttpResponseMessage> Post(string path, string body, string contentType = "application/json") =>
        Post(path, Encoding.UTF8.GetBytes(body), contentType);

    public Task<HttpResponseMessage> Post(string path, byte[] body, string contentType = "application/json")
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return Client.PostAsync(path, content);
    }
}
