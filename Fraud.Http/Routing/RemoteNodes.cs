using System.Collections.Concurrent;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Routing;

/// <summary>The nodes that payments are sent to, by address. Thread-safe.</summary>
internal sealed class RemoteNodes : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RemoteNode> _nodes = new(StringComparer.Ordinal);
    private readonly Lock _changes = new();
    private readonly RemoteNodeParts _parts;
    private readonly ITimer _sweep;
    private bool _disposed;

    public RemoteNodes(
        NodeIdentity self,
        ClusterOptions cluster,
        RoutingOptions options,
        BatchingOptions batching,
        RoutingMetrics metrics,
        TimeProvider time,
        ILogger<RemoteNode> log)
    {
        _parts = new RemoteNodeParts(self, cluster.Secret, options, batching, metrics, time, log);
        metrics.ObserveWaiting(() => Waiting);
        _sweep = time.CreateTimer(_ => CloseIdle(), null, options.IdleTimeout, options.IdleTimeout);
    }

    public int Count => _nodes.Count;

    /// <summary>Payments that wait to be sent.</summary>
    public int Waiting => _nodes.Sum(static node => node.Value.Waiting);

    /// <summary>False when what waits for the node is more than may wait.</summary>
    public bool TryEnqueue(string address, RoutedPayment payment)
    {
        if (_nodes.TryGetValue(address, out var node) && node.TryEnqueue(payment))
        {
            return true;
        }

        // Full, or just closed as idle: then there is a new one.
        var current = Open(address);
        return current is not null && current != node && current.TryEnqueue(payment);
    }

    public async ValueTask DisposeAsync()
    {
        RemoteNode[] open;
        lock (_changes)
        {
            _disposed = true;
            open = [.. _nodes.Values];
            _nodes.Clear();
        }

        await _sweep.DisposeAsync();
        await Task.WhenAll(open.Select(static node => node.DisposeAsync().AsTask()));
    }

    private RemoteNode? Open(string address)
    {
        lock (_changes)
        {
            if (_disposed || !PeerListener.IsNodeAddress(address))
            {
                return null;
            }

            if (_nodes.TryGetValue(address, out var node))
            {
                return node;
            }

            if (_nodes.Count >= _parts.Options.MaxNodes)
            {
                Close(_nodes.Values.MaxBy(static open => open.Idle)!);
            }

            return _nodes[address] = new RemoteNode(address, _parts);
        }
    }

    private void CloseIdle()
    {
        lock (_changes)
        {
            foreach (var node in _nodes.Values.Where(node => node.Idle >= _parts.Options.IdleTimeout).ToList())
            {
                Close(node);
            }
        }
    }

    // What it still has is settled as unreachable, which is tried again elsewhere.
    private void Close(RemoteNode node)
    {
        _nodes.TryRemove(KeyValuePair.Create(node.Address, node));
        _ = Task.Run(async () => await node.DisposeAsync());
    }
}
