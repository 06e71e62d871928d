using System.Globalization;

namespace Fraud.Tests.Simulation;

/// <summary>
/// Stands for Cluster Sharding with its failure detector: where shards are to be, who is told to start and to stop. It may be wrong: a node
/// that is silent long enough loses its shards and goes on with them until it hears of it, a hand-off that takes too long is not waited
/// for,
/// and a fault puts a shard on a second node.
/// </summary>
internal sealed class SimSharding
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HandOffLimit = TimeSpan.FromSeconds(15);

    private readonly SimWorld _world;
    private readonly int[] _hosts;
    private readonly int[] _targets;
    private readonly TimeSpan[] _stoppingSince;
    private readonly int[] _incarnations;
    private readonly bool[] _isUp;
    private readonly TimeSpan _detection;

    public SimSharding(SimWorld world)
    {
        _world = world;
        _hosts = new int[world.Shards];
        _hosts.AsSpan().Fill(-1);
        _targets = [.. Enumerable.Range(0, world.Shards).Select(shard => shard % world.Nodes.Length)];
        _stoppingSince = new TimeSpan[world.Shards];
        _incarnations = [.. world.Nodes.Select(static node => node.Incarnation)];
        _isUp = [.. world.Nodes.Select(static _ => true)];
        _detection = world.Random.Ms(3000, 9000);
        _world.At(TimeSpan.FromMilliseconds(1), Round);
    }

    public bool IsSettled
    {
        get
        {
            for (var shard = 0; shard < _hosts.Length; shard++)
            {
                if (_hosts[shard] < 0 || _hosts[shard] != _targets[shard] || !_world.Nodes[_hosts[shard]].IsOpen(shard))
                {
                    return false;
                }
            }

            return true;
        }
    }

    public string Describe() => string.Join(", ", _hosts.Select((host, shard) => string.Create(
        CultureInfo.InvariantCulture,
        $"shard {shard}: host {host} target {_targets[shard]} {(host < 0 ? null : _world.Nodes[host].Shard(shard)?.Ownership.Phase)}")));

    /// <summary>A planned move: stop, wait, start.</summary>
    public void Rebalance(int shard)
    {
        var to = _world.Random.Below(_world.Nodes.Length);
        if (_isUp[to])
        {
            _targets[shard] = to;
        }
    }

    /// <summary>Sharding forgets where a shard is and puts it elsewhere. The first host goes on.</summary>
    public void PutTwice(int shard)
    {
        var to = _world.Random.Below(_world.Nodes.Length);
        if (_isUp[to])
        {
            _hosts[shard] = _targets[shard] = to;
            Start(shard);
        }
    }

    public void Ended(SimNode node, int incarnation, int shard)
    {
        if (_hosts[shard] == node.Index && _incarnations[node.Index] == incarnation)
        {
            _hosts[shard] = -1;
            _stoppingSince[shard] = default;
            Place(shard);
        }
    }

    private void Round()
    {
        foreach (var node in _world.Nodes)
        {
            Watch(node);
        }

        for (var shard = 0; shard < _hosts.Length; shard++)
        {
            Place(shard);
            StopStrangers(shard);
        }

        foreach (var node in _world.Nodes)
        {
            var hosts = (int[])_hosts.Clone();
            _world.Network.Send(SimNetwork.Outside, node, () => hosts.CopyTo(node.View, 0));
        }

        _world.At(Tick, Round);
    }

    private void Watch(SimNode node)
    {
        var i = node.Index;
        if (node.IsRunning && node.Incarnation != _incarnations[i])
        {
            // Another process of the node joins; the one before is gone, which is known at once then.
            Leave(node, _incarnations[i]);
            _incarnations[i] = node.Incarnation;
            _isUp[i] = true;
            Spread();
        }

        if (node.IsRunning && !node.IsPaused && !node.IsCutFromNodes)
        {
            node.SilentSince = null;
            if (!_isUp[i])
            {
                // It hears that it was downed, and exits (rule 25).
                var incarnation = node.Incarnation;
                _world.AtNode(node, incarnation, _world.Random.Ms(10, 2500), node.Exit);
            }

            return;
        }

        node.SilentSince ??= _world.Now;
        if (_isUp[i] && _world.Now - node.SilentSince > _detection)
        {
            _world.Note(TraceKind.Down, i);
            _isUp[i] = false;
            Leave(node, node.Incarnation);
        }
    }

    private void Leave(SimNode node, int incarnation)
    {
        var id = node.Id;
        if (node.Incarnation == incarnation)
        {
            _world.At(_world.Random.Ms(0, 3000), () =>
            {
                _world.Store.Remove(id);
                _world.Checker.Removed(id);
            });
        }

        for (var shard = 0; shard < _hosts.Length; shard++)
        {
            if (_hosts[shard] == node.Index)
            {
                _hosts[shard] = -1;
                _stoppingSince[shard] = default;
            }
        }
    }

    private void Place(int shard)
    {
        if (!_isUp[_targets[shard]])
        {
            _targets[shard] = Any(shard);
        }

        if (_hosts[shard] >= 0 && _hosts[shard] != _targets[shard])
        {
            if (_stoppingSince[shard] == default)
            {
                _stoppingSince[shard] = _world.Now;
            }

            if (_world.Now - _stoppingSince[shard] <= HandOffLimit)
            {
                Tell(_hosts[shard], node => node.StopShard(shard), TraceKind.Stop, shard);
                return;
            }

            _hosts[shard] = -1;
        }

        _stoppingSince[shard] = default;
        if (_hosts[shard] < 0)
        {
            if (!_isUp[_targets[shard]])
            {
                return;
            }

            _hosts[shard] = _targets[shard];
        }

        Start(shard);
    }

    private void Start(int shard)
    {
        if (!_world.Nodes[_hosts[shard]].Has(shard))
        {
            Tell(_hosts[shard], node => node.StartShard(shard));
        }
    }

    // A node that has a shard which is not its own hears of it sooner or later.
    private void StopStrangers(int shard)
    {
        foreach (var node in _world.Nodes)
        {
            if (node.Index != _hosts[shard] && node.Has(shard) && _world.Random.Chance(0.2))
            {
                Tell(node.Index, each =>
                {
                    if (_hosts[shard] != each.Index)
                    {
                        each.StopShard(shard);
                    }
                });
            }
        }
    }

    private void Spread()
    {
        for (var shard = 0; shard < _targets.Length; shard++)
        {
            if (_world.Random.Chance(0.4))
            {
                _targets[shard] = Any(shard);
            }
        }
    }

    private int Any(int shard)
    {
        var from = _world.Random.Below(_isUp.Length);
        for (var i = 0; i < _isUp.Length; i++)
        {
            if (_isUp[(from + i) % _isUp.Length])
            {
                return (from + i) % _isUp.Length;
            }
        }

        return _targets[shard];
    }

    private void Tell(int to, Action<SimNode> what, TraceKind? kind = null, int shard = -1)
    {
        if (kind is { } noted)
        {
            _world.Note(noted, to, shard);
        }

        var node = _world.Nodes[to];
        if (!node.IsCutFromNodes)
        {
            _world.Network.Send(SimNetwork.Outside, node, () => what(node), _incarnations[to]);
        }
    }
}
