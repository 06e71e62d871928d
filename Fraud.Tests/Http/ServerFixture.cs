using System.Net.Http.Headers;
using System.Text;
using Fraud.Http;
using Fraud.Stream;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

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
            ["Kafka:SessionTimeout"] = "00:00:02",
        };
        _settings.TryAdd("Storage:SqliteFile", _folder.File("fraud.db"));
        _settings.TryAdd("Scoring:Model", Path.Combine(Repository.Root, "models", "payments"));
        _settings.TryAdd("Training:WorkFolder", _folder.File("training"));
        _settings.TryAdd("Training:StagingFolder", _folder.File("staged"));
        // Payments wait for the processor behind other tests; what a deadline does is a matter of tests that set one.
        _settings.TryAdd("Overload:Deadline", "00:00:30");
        // Tests ask as fast as they can, and all from one address; what limits do is a matter of tests that set them.
        foreach (var kind in new[] { "Reads", "Changes", "Pages", "Probes", "Metrics", "Webhooks" })
        {
            _settings.TryAdd($"RequestRates:{kind}PerSecond", "0");
        }

        _settings.TryAdd("Security:SignIns:MaxFailures", "1000000");
        // A trainer that stands back would wait for all tests beside it.
        _settings.TryAdd("Training:Nice", "0");
    }

    private Action<IServiceCollection>? Configure { get; }

    public HttpClient Client { get; } = new();

    /// <summary>Where it listens.</summary>
    public IEnumerable<string> Urls => _server!.Urls;

    public IServiceProvider Services => _server!.Services;

    public string Kafka => Services.GetRequiredService<KafkaEndpoint>().BootstrapServers;

    public async Task InitializeAsync()
    {
        _server = FraudServer.Build(_settings, services =>
        {
            // One that is stopped beside other tests drains as they let it.
            services.Configure<HostOptions>(static host => host.ShutdownTimeout = Poll.Deadline);
            ReadBehindRows(services);
            Configure?.Invoke(services);
        });
        await _server.StartAsync();
        Client.BaseAddress = new Uri(_server.Urls.First());
        var graph = Services.GetRequiredService<GraphStatus>();
        await Poll.Until(() => graph.State == GraphState.Running);
        if (!Services.GetRequiredService<IFraudStore>().IsShared)
        {
            // Nobody else serves them: a payment would wait for its shard, and beyond a short deadline in vain.
            await ServesAsync();
        }
    }

    // Rows come some milliseconds behind the answers. Tests that are not about that ask for what they have just sent.
    private static void ReadBehindRows(IServiceCollection services)
    {
        var registered = services.Last(static service => service.ServiceType == typeof(IFraudStore));
        if (registered.ImplementationFactory is { } make)
        {
            services.AddSingleton<IFraudStore>(provider => new HookedStore((IFraudStore)make(provider)));
        }
    }

    /// <summary>Waits until every shard is open here.</summary>
    public Task ServesAsync()
    {
        var directory = Services.GetRequiredService<ShardDirectory>();
        return Poll.Until(() => directory.Open.Count == directory.Shards);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _server!.StopAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>All that must be in order before it takes payments is.</summary>
    public Task UntilReady()
    {
        var checks = Services.GetRequiredService<HealthCheckService>();
        return Poll.Until(async () => (await checks.CheckHealthAsync(static check => check.Tags.Contains(HealthTags.Ready))).Status == HealthStatus.Healthy);
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
