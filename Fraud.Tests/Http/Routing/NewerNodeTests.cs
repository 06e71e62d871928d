using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Serialization;
using Fraud.Http.Routing;
using Fraud.Model.Snapshots;
using Fraud.Stream.Shards;
using Fraud.Tests.Support;
using AkkaCluster = Akka.Cluster.Cluster;

namespace Fraud.Tests.Http.Routing;

/// <summary>
/// A node beside one of a later program, over Akka.Remote (rule 27 of docs/decisions/0011): what it cannot read it drops, says so, and
/// goes on with the next.
/// </summary>
public sealed class NewerNodeTests : IAsyncLifetime
{
    private readonly ActorSystem _today = Start("");
    private readonly ActorSystem _newer = Start(
        $"""
        akka.actor.serializers.shards = "{typeof(NewerSerializer).AssemblyQualifiedName}"
        """);

    private readonly ConcurrentQueue<string> _said = new();
    private RoutingParts _parts = null!;

    public Task InitializeAsync()
    {
        _today.EventStream.Subscribe(_today.ActorOf(Props.Create(() => new Listener(_said))), typeof(LogEvent));
        _parts = new RoutingParts(_today);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        _parts.Dispose();
        await Task.WhenAll(_today.Terminate(), _newer.Terminate());
    }

    [Theory]
    [InlineData("sp2")]
    [InlineData("xx1")]
    public async Task Score_MessageOfANewerVersion_IsDroppedAndTheNextIsAnswered(string manifest)
    {
        _today.ActorOf(Props.Create(() => new Owner(_parts, null)), "owner");
        var owner = await Find(_newer, _today, "owner");
        var answers = new ConcurrentQueue<PaymentsScored>();
        var sender = _newer.ActorOf(Props.Create(() => new Answered(answers)));

        owner.Tell(new FromTomorrow(manifest), sender);
        owner.Tell(Request(), sender);

        await Poll.Until(() => answers.Count == 1);
        Assert.Contains(_said, line => line.Contains($"'{manifest}'", StringComparison.Ordinal));
    }

    /// <summary>An owner whose answers cannot be read is as one that does not answer: its payments are sent again until their deadline.</summary>
    [Fact]
    public async Task Score_AnswerOfANewerVersion_IsDroppedAndThePaymentIsSentAgain()
    {
        _newer.ActorOf(Props.Create(() => new Owner(_parts, "ps2")), "owner");
        _parts.Region.Set(await Find(_today, _newer, "owner"));

        var scoring = _parts.Score(_parts.Payment(2));
        await Poll.Until(() => _said.Any(static line => line.Contains("'ps2'", StringComparison.Ordinal)));
        Assert.False(scoring.IsCompleted);
        await _parts.Until(() => scoring.IsCompleted);

        Assert.Equal(RouteOutcome.Scored, (await scoring)[0].Outcome);
    }

    private ScorePayments Request()
    {
        var writer = new StateWriter();
        ForwardCodec.BeginRequest(writer, 1);
        Assert.True(ForwardCodec.TryWrite(
            writer, new RoutedPayment(_parts.Payment(2), _parts.Time.GetTimestamp() + _parts.Time.TimestampFrequency), _parts.Time.GetTimestamp(), _parts.Time));
        return new ScorePayments(2, writer.End().ToArray());
    }

    private static async Task<IActorRef> Find(ActorSystem from, ActorSystem at, string name) =>
        await from.ActorSelection(new RootActorPath(AkkaCluster.Get(at).SelfAddress) / "user" / name).ResolveOne(Poll.Deadline);

    private static ActorSystem Start(string config) => ActorSystem.Create("fraud", ConfigurationFactory
        .ParseString(
            $$"""
            {{config}}
            akka.loglevel = DEBUG
            akka.stdout-loglevel = OFF
            akka.loggers = []
            akka.actor.provider = cluster
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
            """)
        .WithFallback(ShardsConfig.Defaults));

    /// <summary>A message that this program does not know.</summary>
    private sealed record FromTomorrow(string Manifest) : INodeMessage;

    /// <summary>The program of tomorrow: writes what it has more, and else what today's reads.</summary>
    private sealed class NewerSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
    {
        private readonly ShardSerializer _today = new(system);

        public override int Identifier => _today.Identifier;

        public override string Manifest(object o) => o is FromTomorrow tomorrow ? tomorrow.Manifest : _today.Manifest(o);

        public override byte[] ToBinary(object obj) => obj is FromTomorrow ? [1, 2, 3] : _today.ToBinary(obj);

        public override object FromBinary(byte[] bytes, string manifest) => _today.FromBinary(bytes, manifest);
    }

    /// <summary>Scores all that it is sent; the first answer has another manifest, where one is given.</summary>
    private sealed class Owner : ReceiveActor
    {
        public Owner(RoutingParts parts, string? first)
        {
            Receive<ScorePayments>(message =>
            {
                foreach (var answer in parts.Answers(message, RouteOutcome.Scored))
                {
                    Sender.Tell(first is null ? new PaymentsScored(answer) : new FromTomorrow(first));
                }

                first = null;
            });
        }
    }

    private sealed class Answered : ReceiveActor
    {
        public Answered(ConcurrentQueue<PaymentsScored> answers) => Receive<PaymentsScored>(answers.Enqueue);
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(ConcurrentQueue<string> said) => Receive<LogEvent>(line => { said.Enqueue($"{line} {line.Cause}"); });
    }
}
