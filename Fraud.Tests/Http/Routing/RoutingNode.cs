using System.Globalization;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Fraud.Http.Routing;
using Fraud.Stream.Cluster;
using Fraud.Stream.Shards;
using Fraud.Stream.State;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Routing;

/// <summary>A whole server, told by hand which shards are open here, and where its region of shards finds the others.</summary>
public sealed class RoutingNode : IAsyncDisposable
{
    private readonly ServerFixture _server;
    private readonly Dictionary<int, long> _generations;
    private readonly RegionStandIn _region;

    private RoutingNode(ServerFixture server)
    {
        _server = server;
        _generations = Enumerable.Range(0, Directory.Shards).ToDictionary(static shard => shard, Directory.GenerationOf);
        _region = new RegionStandIn(Services.GetRequiredService<ActorSystem>());
    }

    public HttpClient Client => _server.Client;

    public IServiceProvider Services => _server.Services;

    public NodeIdentity Identity => Services.GetRequiredService<NodeIdentity>();

    /// <summary>All shards of these nodes.</summary>
    public IEnumerable<int> All => Enumerable.Range(0, Directory.Shards);

    /// <summary>Requests that wait for a node to serve their shard.</summary>
    public int OwnerWaits => Services.GetRequiredService<RoutingMetrics>().OwnerWaits;

    private ShardDirectory Directory => Services.GetRequiredService<ShardDirectory>();

    /// <summary>Starts one that serves all shards, and waits until it does.</summary>
    public static async Task<RoutingNode> Start(string name, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?> { ["Cluster:NodeName"] = name, ["Overload:RatePerSecond"] = "0" };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        var server = new ServerFixture(all);
        await server.InitializeAsync();
        await server.ServesAsync();
        return new RoutingNode(server);
    }

    public void Serve(IEnumerable<int> shards)
    {
        foreach (var shard in shards)
        {
            Directory.SetOpen(shard, _generations[shard]);
        }
    }

    /// <summary>Nobody serves these, and there is nobody to ask.</summary>
    public void Abandon(IEnumerable<int> shards)
    {
        Close(shards);
        Services.GetRequiredService<ShardRegionRef>().Clear();
    }

    /// <summary>Another node's. It answers <c>moved</c> unless it serves them.</summary>
    public void Know(RoutingNode owner, IEnumerable<int> shards) => Know(owner.Services.GetRequiredService<IForwardedPayments>(), shards);

    /// <summary>A node's that reads, and says nothing.</summary>
    public void KnowSilent(IEnumerable<int> shards) => Know((IForwardedPayments?)null, shards);

    /// <summary>The nth card of a shard, always the same one.</summary>
    public string CardOf(int shard, string prefix, int nth = 0)
    {
        var router = Services.GetRequiredService<ShardRouter>();
        for (var i = 0; ; i++)
        {
            var card = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{i}");
            if (router.ShardOf(Encoding.UTF8.GetBytes(card)) == shard && nth-- == 0)
            {
                return card;
            }
        }
    }

    public static string Body(string id, string card, decimal amount = 12.5m) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"transaction_id":"{{id}}","card_id":"{{card}}","terminal_id":"t-1","amount":{{amount}},"event_time":"2026-01-02T03:04:05Z"}""");

    public Task<HttpResponseMessage> Predict(string body) => _server.Post("/predict", body);

    public Task<HttpResponseMessage> Batch(IEnumerable<string> bodies) => _server.Post("/predict/batch", $"[{string.Join(',', bodies)}]");

    public static async Task<JsonElement> Json(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private void Know(IForwardedPayments? owner, IEnumerable<int> shards)
    {
        var known = shards.ToArray();
        foreach (var shard in known)
        {
            _region.Set(shard, owner);
        }

        Close(known);
        Services.GetRequiredService<ShardRegionRef>().Set(_region.Ref);
    }

    private void Close(IEnumerable<int> shards)
    {
        foreach (var shard in shards)
        {
            Directory.SetClosed(shard, Directory.GenerationOf(shard));
        }
    }
}
