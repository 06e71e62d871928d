using System.Globalization;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Event;
using Fraud.Stream.Lifecycle;
using AkkaCluster = Akka.Cluster.Cluster;

namespace Fraud.Stream.Shards;

/// <summary>
/// Brings this node's region of shards up once a graph runs (rule 22 of docs/decisions/0011), and keeps every shard of the cluster alive:
/// sharding starts an actor when a message asks for it, so each is asked for now and then.
/// </summary>
public sealed class RegionShards : ReceiveActor, IWithTimers
{
    private const string TypeName = "shard";

    // How long a shard without an owner may stay unnoticed when nothing is sent to it: the take-over's own steps take seconds.
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(1);

    // How late a region without shards is noticed while the node leaves: little beside what leaving the cluster takes.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    private readonly int _shards;
    private readonly Func<int, Props> _shard;
    private readonly ShardRegionRef _ref;
    private readonly EngineParts _parts;
    private IActorRef? _region;
    private IActorRef? _asked;
    private bool _isStarting;

    /// <param name="shard">The actor of a shard.</param>
    /// <param name="current">The graph that runs now; null between two.</param>
    public RegionShards(int shards, Func<int, Props> shard, ShardRegionRef region, Func<IShardGraph?> current, EngineParts parts)
    {
        _shards = shards;
        _shard = shard;
        _ref = region;
        _parts = parts;
        Context.System.EventStream.Subscribe(Self, typeof(GraphStarted));
        Receive<GraphStarted>(_ => Start());
        Receive<Begun>(begun => Run(begun.Region));
        Receive<Status.Failure>(failure => throw new TopologyFailedException("The region of shards did not start.", failure.Cause));
        Receive<Ping>(_ => Keep());
        Receive<StopShards>(_ => Stop());
        Receive<Look>(_ => _region.Tell(GetShardRegionState.Instance));
        Receive<CurrentShardRegionState>(EndWhenEmpty);
        Receive<Terminated>(_ => Ended());
        if (current() is not null)
        {
            Start();
        }
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private static bool IsRemoved => AkkaCluster.Get(Context.System).SelfMember.Status is MemberStatus.Down or MemberStatus.Removed;

    protected override void PreStart()
    {
        _parts.Begin(EngineProps.Shards, Self);
        _parts.Run(EngineProps.Shards, Self);
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        _ref.Clear();
        _parts.End(EngineProps.Shards, Self);
    }

    private void Start()
    {
        if (_isStarting || _asked is not null)
        {
            return;
        }

        _isStarting = true;
        // First: it brings the settings' defaults.
        var sharding = ClusterSharding.Get(Context.System);
        var settings = ClusterShardingSettings.Create(Context.System);
        _ = sharding.StartAsync(
                TypeName, id => _shard(int.Parse(id, CultureInfo.InvariantCulture)), settings, new ShardExtractor(_shards),
                ShardAllocationStrategy.LeastShardAllocationStrategy(
                    settings.TuningParameters.LeastShardAllocationAbsoluteLimit, settings.TuningParameters.LeastShardAllocationRelativeLimit),
                StopShard.Instance)
            .PipeTo(Self, success: static region => new Begun(region));
    }

    private void Run(IActorRef region)
    {
        _region = Context.Watch(region);
        _ref.Set(region);
        Timers.StartPeriodicTimer(nameof(Ping), Ping.Instance, TimeSpan.Zero, PingInterval);
        if (_asked is not null)
        {
            Leave(region);
        }
    }

    private void Keep()
    {
        for (var shard = 0; shard < _shards; shard++)
        {
            _region.Tell(new ShardRegion.StartEntity(shard.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private void Stop()
    {
        _asked = Sender;
        Timers.CancelAll();
        _ref.Clear();
        if (IsRemoved)
        {
            // There is no one to hand shards to: the others have claimed them.
            Sender.Tell(ShardsStopped.Instance);
        }
        else if (_region is { } region)
        {
            Leave(region);
        }
        else if (!_isStarting)
        {
            Sender.Tell(ShardsStopped.Instance);
        }
    }

    private void Leave(IActorRef region)
    {
        Timers.CancelAll();
        region.Tell(GracefulShutdown.Instance);
        Timers.StartPeriodicTimer(nameof(Look), Look.Instance, TimeSpan.Zero, LookInterval);
    }

    // By itself a region also waits until what it buffers has a home. Of the last nodes that leave together none gives it one, and
    // of a node that leaves as soon as it came neither.
    private void EndWhenEmpty(CurrentShardRegionState state)
    {
        if (_asked is not null && state.Shards.Count == 0 && state.Failed.Count == 0)
        {
            Timers.CancelAll();
            _region.Tell(PoisonPill.Instance);
        }
    }

    private void Ended()
    {
        if (_asked is null)
        {
            throw new TopologyFailedException("The region of shards ended, and nothing had asked it to.", null);
        }

        _asked.Tell(ShardsStopped.Instance);
    }

    private sealed record Begun(IActorRef Region);

    private sealed class Look
    {
        public static readonly Look Instance = new();
    }

    private sealed class Ping
    {
        public static readonly Ping Instance = new();
    }
}
