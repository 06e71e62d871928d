using System.Globalization;
using Fraud.Cli.Cluster;
using Npgsql;

namespace Fraud.Faults.Cluster;

/// <summary>
/// The ways between nodes, and from each to the store, through proxies that can be cut. Akka knows a node by one address, so its
/// proxy stands in front of it for all others: what is cut is a node from everyone. Thread-safe.
/// </summary>
public sealed class CutNetwork(string store) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Ways> _nodes = new(StringComparer.Ordinal);

    /// <summary>Where the node finds the store.</summary>
    public string StoreOf(string node)
    {
        var connection = new NpgsqlConnectionStringBuilder(store) { Port = Of(node).Store.Port };
        return connection.ConnectionString;
    }

    /// <summary>Where the node listens, and where others find it; the same after a restart.</summary>
    public IReadOnlyList<string> SettingsOf(string node)
    {
        var ways = Of(node);
        return
        [
            string.Create(CultureInfo.InvariantCulture, $"Cluster:Port={ways.Port}"),
            string.Create(CultureInfo.InvariantCulture, $"Cluster:PublicPort={ways.Remoting.Port}"),
        ];
    }

    /// <summary>No node reaches another.</summary>
    public void CutNodes() => Each(static ways => ways.Remoting.Cut());

    /// <summary>The node does not reach the store.</summary>
    public void CutStore(string node) => Of(node).Store.Cut();

    public void Heal() => Each(static ways =>
    {
        ways.Remoting.Heal();
        ways.Store.Heal();
    });

    public async ValueTask DisposeAsync()
    {
        Ways[] all;
        lock (_gate)
        {
            all = [.. _nodes.Values];
        }

        foreach (var ways in all)
        {
            await ways.Remoting.DisposeAsync();
            await ways.Store.DisposeAsync();
        }
    }

    private Ways Of(string node)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(node, out var ways))
            {
                var port = PostgresPrograms.FreePort();
                ways = new Ways(port, new TcpProxy(port), new TcpProxy(new NpgsqlConnectionStringBuilder(store).Port));
                _nodes.Add(node, ways);
            }

            return ways;
        }
    }

    private void Each(Action<Ways> action)
    {
        lock (_gate)
        {
            foreach (var ways in _nodes.Values)
            {
                action(ways);
            }
        }
    }

    /// <param name="Port">Where the node itself listens.</param>
    private sealed record Ways(int Port, TcpProxy Remoting, TcpProxy Store);
}
