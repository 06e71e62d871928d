using Akka.Actor;
using Akka.Configuration;
using Fraud.Http.Cluster;
using Fraud.Http.Routing;
using Fraud.Stream.Shards;
using Fraud.Tests.Support;
using AkkaCluster = Akka.Cluster.Cluster;

namespace Fraud.Tests.Http.Routing;

/// <summary>Two actor systems that talk over Akka.Remote with the bytes and threads of shards.conf, and nothing else registered.</summary>
public sealed class RemotePaymentsTests : IAsyncLifetime
{
    private readonly ActorSystem _front = Start();
    private readonly ActorSystem _owner = Start();
    private RoutingParts _parts = null!;

    public Task InitializeAsync()
    {
        _parts = new RoutingParts(_front);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        _parts.Dispose();
        await Task.WhenAll(_front.Terminate(), _owner.Terminate());
    }

    [Fact]
    public async Task Score_OwnerInAnotherSystem_AnswersToTheAddressThatWasSent()
    {
        var shard = _owner.ActorOf(Props.Create(() => new Owner(_parts)), "shard");
        var region = await _front.ActorSelection(new RootActorPath(AkkaCluster.Get(_owner).SelfAddress) / "user" / shard.Path.Name)
            .ResolveOne(Poll.Deadline);
        Assert.False(((IInternalActorRef)region).IsLocal);
        _parts.Region.Set(region);

        var scored = await _parts.Score([.. Enumerable.Range(0, 300).Select(i => _parts.Payment(2, $"p-{i}"))]).WaitAsync(Poll.Deadline);

        Assert.Equal(300, scored.Length);
        Assert.All(scored, static payment => Assert.Equal((RouteOutcome.Scored, "owner"), (payment.Outcome, payment.Answer.Node)));
    }

    [Fact]
    public async Task AskAll_NodesOfACluster_TellWhatTheyKnowOfThemselves()
    {
        var view = new NodeView("owner", "somewhere", ["http://127.0.0.1:8000"], "running", "up", "payments 1", 1.5, [new HeldShard(3, 7, true, 2, 1)]);
        _owner.ActorOf(Props.Create(() => new Told(view)), NodeActor.Name);
        var front = AkkaCluster.Get(_front);
        await front.JoinAsync(front.SelfAddress);
        await AkkaCluster.Get(_owner).JoinAsync(front.SelfAddress);
        var asker = new NodeAsker(_front);

        IReadOnlyList<NodeView> answers = [];
        await Poll.Until(async () => (answers = await asker.AskAll(CancellationToken.None)).Count == 1);

        Assert.Equivalent(view, answers[0], strict: true);
    }

    private static ActorSystem Start() => ActorSystem.Create("fraud", ConfigurationFactory
        .ParseString(
            """
            akka.loglevel = WARNING
            akka.stdout-loglevel = OFF
            akka.loggers = []
            akka.actor.provider = cluster
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
            """)
        .WithFallback(ShardsConfig.Defaults));

    /// <summary>Scores all that it is sent.</summary>
    private sealed class Owner : ReceiveActor
    {
        public Owner(RoutingParts parts) => Receive<ScorePayments>(message =>
        {
            foreach (var answer in parts.Answers(message, RouteOutcome.Scored))
            {
                Sender.Tell(new PaymentsScored(answer));
            }
        });
    }

    private sealed class Told : ReceiveActor
    {
        public Told(NodeView view) => Receive<DescribeNode>(_ => Sender.Tell(new NodeDescribed(view.ToBytes())));
    }
}
