using Akka.Actor;
using Fraud.Stream.Shards;

namespace Fraud.Http.Cluster;

/// <summary>Tells other nodes what this one knows of itself.</summary>
internal sealed class NodeActor : ReceiveActor
{
    public const string Name = "node";

    public NodeActor(OwnView own) => Receive<DescribeNode>(_ => Sender.Tell(new NodeDescribed(own.Take().ToBytes())));
}
