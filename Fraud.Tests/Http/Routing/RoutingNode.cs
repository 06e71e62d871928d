using System.Globalization;
using System.Text;
using System.Text.Json;
using Fraud.Http.Routing;
using Fraud.Stream.Cluster;
using Fraud.Stream.State;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Routing;

/// <summary>A whole server whose idea of who serves what is set by hand.</summary>
public sealed class RoutingNode : IAsyncDisposable
{
    // Above any generation that the server's own claims reach: what is set by hand stays.
    private static long generation = 1_000_000;

    private readonly ServerFixture _server;

    private RoutingNode(ServerFixture server) => _server = server;

    public HttpClient Client => _server.Client;

    public IServiceProvider Services => _server.Services;

    public NodeIdentity Identity => Services.GetRequiredService<NodeIdentity>();

    public ShardMap Map => Services.GetRequiredService<ShardMap>();

    /// <summary>Requests that wait for a node to serve their shard.</summary>
    public int OwnerWaits => Services.GetRequiredService<RoutingMetrics>().OwnerWaits;

    /// <summary>Starts one that serves all shards, and waits until it does.</summary>
    public static async Task<RoutingNode> Start(string name, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?> { ["Cluster:NodeName"] = name, ["Overload:RatePerSecond"] = "0" };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        var node = new RoutingNode(new ServerFixture(all));
        await node._server.InitializeAsync();
        node.Serve(Enumerable.Range(0, node.Map.Shards));
        foreach (var shard in Enumerable.Range(0, node.Map.Shards))
        {
            await Poll.Until(async () =>
            {
                using var response = await node.Predict(Body($"warm-{name}-{shard}", node.CardOf(shard, "warm")));
                return response.IsSuccessStatusCode;
            });
        }

        return node;
    }

    public void Serve(IEnumerable<int> shards) => Set(shards, ShardPlace.Here, "");

    public void Abandon(IEnumerable<int> shards) => Set(shards, ShardPlace.Nowhere, "");

    public void Know(RoutingNode owner, IEnumerable<int> shards) => Set(shards, ShardPlace.Elsewhere, owner.Identity.Address);

    public void Know(string address, IEnumerable<int> shards) => Set(shards, ShardPlace.Elsewhere, address);

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

    private void Set(IEnumerable<int> shards, ShardPlace place, string address)
    {
        foreach (var shard in shards)
        {
            Map.Set(shard, new ShardOwner(place, address, Interlocked.Increment(ref generation)));
        }
    }
}
