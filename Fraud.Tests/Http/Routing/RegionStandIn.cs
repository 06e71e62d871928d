using System.Collections.Concurrent;
using Akka.Actor;
using Fraud.Stream.Shards;

namespace Fraud.Tests.Http.Routing;

/// <summary>A region of shards that finds each where it is told to. What is sent is bytes on its way, in both directions.</summary>
internal sealed class RegionStandIn(ActorSystem system)
{
    private readonly ConcurrentDictionary<int, IForwardedPayments?> _owners = new();
    private IActorRef? _ref;

    public IActorRef Ref => _ref ??= system.ActorOf(Props.Create(() => new Region(this)));

    /// <param name="owner">Null: one that says nothing.</param>
    public void Set(int shard, IForwardedPayments? owner) => _owners[shard] = owner;

    public static T Sent<T>(T message, ActorSystem system)
        where T : notnull
    {
        var serializer = new ShardSerializer((ExtendedActorSystem)system);
        return (T)serializer.FromBinary(serializer.ToBinary(message), serializer.Manifest(message));
    }

    private sealed class Region : ReceiveActor
    {
        public Region(RegionStandIn region) => Receive<ScorePayments>(message =>
        {
            if (region._owners.GetValueOrDefault(message.Shard) is { } owner)
            {
                var sender = Sender;
                owner.Score(Sent(message, Context.System), Context.ActorOf(Props.Create(() => new Way(sender))));
            }
        });
    }

    private sealed class Way : ReceiveActor
    {
        public Way(IActorRef sender) => Receive<PaymentsScored>(answer => sender.Tell(Sent(answer, Context.System)));
    }
}
