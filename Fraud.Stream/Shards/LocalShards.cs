using System.Globalization;
using Akka.Actor;
using Fraud.Stream.Lifecycle;

namespace Fraud.Stream.Shards;

/// <summary>All shards of a node alone, where sharding would start them: without cluster and without a port.</summary>
public sealed class LocalShards : ReceiveActor
{
    private readonly Dictionary<IActorRef, int> _shards = [];
    private readonly Func<int, Props> _shard;
    private readonly List<IActorRef> _asked = [];
    private readonly EngineParts _parts;

    /// <param name="shard">The actor of a shard.</param>
    public LocalShards(int shards, Func<int, Props> shard, EngineParts parts)
    {
        _shard = shard;
        _parts = parts;
        for (var i = 0; i < shards; i++)
        {
            Start(i);
        }

        Receive<StopShards>(_ => Stop());
        Receive<Terminated>(terminated => Ended(terminated.ActorRef));
    }

    protected override void PreStart()
    {
        _parts.Begin(EngineProps.Shards, Self);
        _parts.Run(EngineProps.Shards, Self);
    }

    protected override void PostStop() => _parts.End(EngineProps.Shards, Self);

    private void Stop()
    {
        _asked.Add(Sender);
        foreach (var shard in _shards.Keys)
        {
            shard.Tell(StopShard.Instance);
        }

        Answer();
    }

    private void Ended(IActorRef shard)
    {
        _shards.Remove(shard, out var number);
        if (_asked.Count == 0)
        {
            // One that failed is its supervisor's business; this one was stopped, and not from here.
            Start(number);
        }

        Answer();
    }

    private void Start(int shard) =>
        _shards[Context.Watch(Context.ActorOf(_shard(shard), shard.ToString(CultureInfo.InvariantCulture)))] = shard;

    private void Answer()
    {
        if (_shards.Count == 0)
        {
            _asked.ForEach(asked => asked.Tell(ShardsStopped.Instance));
            _asked.Clear();
        }
    }
}

/// <summary>Command: hand all shards over. Reply: <see cref="ShardsStopped"/>.</summary>
public sealed class StopShards
{
    public static readonly StopShards Instance = new();

    private StopShards()
    {
    }
}

public sealed class ShardsStopped
{
    public static readonly ShardsStopped Instance = new();

    private ShardsStopped()
    {
    }
}
