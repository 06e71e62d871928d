using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Discovery;
using Akka.Event;
using Akka.Management.Cluster.Bootstrap;
using Fraud.Stream.Cluster;
using Fraud.Stream.Formation;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Formation;

/// <summary>What the bootstrap is told to do, with what pods say on one side and what the store says on the other.</summary>
public sealed class StoreJoinDeciderTests : IAsyncLifetime
{
    private static readonly DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Address pod = new("akka.tcp", "fraud", "10.0.0.7", 4053);

    private readonly ConcurrentQueue<object> _asked = new();
    private readonly ActorSystem _system;
    private readonly StoreJoinDecider _decider;

    public StoreJoinDeciderTests()
    {
        var options = new ClusterOptions();
        var config = ConfigurationFactory.ParseString(
                """
                akka.loglevel = OFF
                akka.stdout-loglevel = OFF
                akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
                akka.management.cluster.bootstrap.contact-point-discovery.required-contact-point-nr = 2
                akka.cluster.downing-provider-class = ""
                fraud.formation.bootstrap-question-timeout = 100ms
                """)
            .WithFallback(KubernetesConfig.Of(options, new KubernetesOptions()))
            .WithFallback(FormationConfig.Of(options, RemotingTls.Off))
            .WithFallback(ClusterBootstrap.DefaultConfiguration());
        _system = ActorSystem.Create(FormationConfig.SystemName, config);
        _decider = new StoreJoinDecider(_system, ClusterBootstrapSettings.Create(_system.Settings.Config, NoLogger.Instance));
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(1, 60)]
    [InlineData(2, 0)]
    public async Task Decide_TooFewOrNotStable_AsksNothing(int answered, int stableSeconds)
    {
        Store(new JoinAnswer.Form(1));

        Assert.IsType<KeepProbing>(await _decider.Decide(Seen(answered, stableSeconds)));
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Decide_EnoughAndStoreLetsIt_Forms()
    {
        Store(new JoinAnswer.Form(1));

        Assert.IsType<JoinSelf>(await _decider.Decide(Seen(answered: 2)));
        Assert.Equal(new BootstrapQuestion(MayForm: true), Assert.Single(_asked));
    }

    /// <summary>The list that it was shown has none of them, so it would form a second cluster.</summary>
    [Fact]
    public async Task Decide_StoreNamesMembersThatNoPodDoes_JoinsThem()
    {
        Store(new JoinAnswer.Join([FormationDatabase.Node(4053), FormationDatabase.Node(4054)]));

        var joined = Assert.IsType<JoinOtherSeedNodes>(await _decider.Decide(Seen(answered: 2)));
        Assert.Equal([4053, 4054], joined.SeedNodes.Select(static node => node.Port!.Value).Order());
    }

    /// <summary>One pod that tells of a cluster is enough, and whom it names is not joined: that may be anyone.</summary>
    [Fact]
    public async Task Decide_PodIsInACluster_JoinsWhomTheStoreNames()
    {
        Store(new JoinAnswer.Join([FormationDatabase.Node(4053)]));

        var joined = Assert.IsType<JoinOtherSeedNodes>(await _decider.Decide(Seen(answered: 1, stableSeconds: 0, pod)));
        Assert.Equal("127.0.0.1", Assert.Single(joined.SeedNodes).Host);
        Assert.Equal(new BootstrapQuestion(MayForm: false), Assert.Single(_asked));
    }

    [Fact]
    public async Task Decide_PodIsInAClusterThatTheStoreDoesNotKnow_Waits()
    {
        Store(new JoinAnswer.Wait());

        Assert.IsType<KeepProbing>(await _decider.Decide(Seen(answered: 2, 60, pod)));
    }

    [Fact]
    public async Task Decide_StoreRefusesOrIsSilent_Waits()
    {
        Assert.IsType<KeepProbing>(await _decider.Decide(Seen(answered: 2)));

        Store(new JoinAnswer.Refused("removed"));
        Assert.IsType<KeepProbing>(await _decider.Decide(Seen(answered: 2)));
    }

    [Fact]
    public async Task Decide_InAClusterAlready_EndsTheBootstrap()
    {
        var cluster = Akka.Cluster.Cluster.Get(_system);
        await cluster.JoinAsync(cluster.SelfAddress).WaitAsync(Poll.Deadline);
        // The view that the decider looks at hears of it in a message of its own.
        await Poll.Until(() => cluster.SelfMember.Status == Akka.Cluster.MemberStatus.Up);

        Assert.IsType<JoinSelf>(await _decider.Decide(Seen(answered: 0)));
        Assert.Empty(_asked);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        ((ExtendedActorSystem)_system).Abort();
        await _system.WhenTerminated;
    }

    private void Store(JoinAnswer answer) => _system.ActorOf(Props.Create(() => new StoreActor(answer, _asked)), FormationActor.Name);

    private static SeedNodesInformation Seen(int answered, int stableSeconds = 60, params Address[] seeds)
    {
        var points = Enumerable.Range(1, 3).Select(static number => new ServiceDiscovery.ResolvedTarget($"10.0.0.{number}", 8558, null)).ToImmutableHashSet();
        return new SeedNodesInformation(now, now - TimeSpan.FromSeconds(stableSeconds), points,
            [.. points.Take(answered).Select(point => new SeedNodesObservation(now, point, pod, [.. seeds]))]);
    }

    private sealed class StoreActor : ReceiveActor
    {
        public StoreActor(JoinAnswer answer, ConcurrentQueue<object> asked) => ReceiveAny(question =>
        {
            asked.Enqueue(question);
            Sender.Tell(answer);
        });
    }
}
