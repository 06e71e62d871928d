using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;
using Akka.Remote.Transport;
using Fraud.Stream.Cluster;
using Fraud.Stream.Formation;
using Npgsql;
using AkkaCluster = Akka.Cluster.Cluster;

namespace Fraud.Tests.Stream.Formation;

/// <summary>A node of a cluster in this process: an actor system of its own on a free port of loopback.</summary>
internal sealed class FormationNode : IAsyncDisposable
{
    // Shorter where nothing but the length of the test depends on it. The detector waits for longer than in production: tests
    // run beside others on a few cores, and a node that is only slow must not be thought dead.
    private static readonly Config quick = ConfigurationFactory.ParseString(
        """
        akka.loglevel = WARNING
        akka.stdout-loglevel = OFF
        akka.loggers = []
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        akka.remote.dot-netty.tcp.applied-adapters = ["trttl"]
        fraud.formation.heartbeat-interval = 200ms
        akka.cluster {
          gossip-interval = 200ms
          leader-actions-interval = 200ms
          unreachable-nodes-reaper-interval = 200ms
          down-removal-margin = 100ms
          failure-detector.acceptable-heartbeat-pause = 3s
          split-brain-resolver.stable-after = 1s
        }
        """);

    private readonly NpgsqlDataSource _source;

    public FormationNode(FormationDatabase database, string name, string? incarnation = null, ClusterOptions? options = null, Config? more = null)
    {
        _source = database.CreateSource();
        Setup = FormationSetup.Create(_source, incarnation ?? FormationDatabase.NewIncarnation(), new FormationStatus(), TimeProvider.System);
        options ??= new ClusterOptions();
        options.NodeName = name;
        var config = quick.WithFallback(more ?? Config.Empty).WithFallback(FormationConfig.Of(options, RemotingTls.Off));
        System = ActorSystem.Create(FormationConfig.SystemName, BootstrapSetup.Create().WithConfig(config).And(Setup));
        System.ActorOf(Props.Create(() => new WarningsActor(Warnings)));
        System.ActorOf(FormationActor.Props(options, $"http://{name}"), FormationActor.Name);
        Bootstrapped = options.FindsBy == NodeDiscovery.Kubernetes ? KubernetesBootstrap.Start(System, options, new KubernetesOptions()) : Task.CompletedTask;
    }

    /// <summary>Completes when the search for pods runs.</summary>
    public Task Bootstrapped { get; }

    public ActorSystem System { get; }

    public FormationSetup Setup { get; }

    public ConcurrentQueue<string> Warnings { get; } = new();

    public FormationStatus Status => Setup.Status;

    public UniqueAddress Address => AkkaCluster.Get(System).SelfUniqueAddress;

    /// <summary>Addresses of those that are up and reachable, in the view of this node.</summary>
    public IReadOnlyList<Address> Up
    {
        get
        {
            var state = AkkaCluster.Get(System).State;
            return [.. state.Members.Where(static member => member.Status == MemberStatus.Up).Except(state.Unreachable).Select(static member => member.Address)];
        }
    }

    public bool SeesUnreachable => AkkaCluster.Get(System).State.Unreachable.Count > 0;

    /// <summary>Alone, and sure of it.</summary>
    public bool IsAlone => AkkaCluster.Get(System).State is var state && state.Members.Count == 1 && Up.SequenceEqual([Address.Address]);

    /// <summary>As <c>kill -9</c> would: no word to anyone, not to the store either, and its connections break.</summary>
    public async Task Kill()
    {
        await _source.DisposeAsync();
        ((ExtendedActorSystem)System).Abort();
        await System.WhenTerminated;
    }

    public Task Stop() => CoordinatedShutdown.Get(System).Run(CoordinatedShutdown.ClrExitReason.Instance);

    /// <summary>A cut network: what is sent to or comes from the other is lost, and both are alive.</summary>
    public Task Cut(FormationNode other) =>
        ((IRemoteActorRefProvider)((ExtendedActorSystem)System).Provider).Transport.ManagementCommand(
            new SetThrottle(other.Address.Address, ThrottleTransportAdapter.Direction.Both, Blackhole.Instance));

    public async ValueTask DisposeAsync()
    {
        if (!System.WhenTerminated.IsCompleted)
        {
            await Kill();
        }

        await _source.DisposeAsync();
    }

    private sealed class WarningsActor : ReceiveActor
    {
        public WarningsActor(ConcurrentQueue<string> warnings)
        {
            Context.System.EventStream.Subscribe<Warning>(Self);
            Receive<Warning>(warning => warnings.Enqueue(warning.ToString()));
        }
    }
}
