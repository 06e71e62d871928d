using System.Text.Json;
using Akka.Actor;
using Fraud.Stream.Shards;

namespace Fraud.Http.Cluster;

/// <summary>Asks the other nodes of the cluster for their views of themselves. A node alone has nobody to ask.</summary>
internal sealed class NodeAsker(ActorSystem system)
{
    /// <summary>Most nodes that are asked: a cluster is a handful, and a view of more would not be read.</summary>
    public const int MostAsked = 256;

    // People wait for the answer, and a node that needs longer is in trouble.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(700);

    /// <summary>Those that answer in time, as nodes of this version do.</summary>
    public async Task<IReadOnlyList<NodeView>> AskAll(CancellationToken cancellation)
    {
        if (!system.Settings.HasCluster)
        {
            return [];
        }

        var cluster = Akka.Cluster.Cluster.Get(system);
        var answers = await Task.WhenAll(cluster.State.Members
            .Select(static member => member.Address)
            .Where(address => address != cluster.SelfAddress)
            .Take(MostAsked)
            .Select(address => Ask(address, cancellation)));
        return [.. answers.OfType<NodeView>()];
    }

    private async Task<NodeView?> Ask(Address node, CancellationToken cancellation)
    {
        try
        {
            var described = await system.ActorSelection(new RootActorPath(node) / "user" / NodeActor.Name)
                .Ask<NodeDescribed>(DescribeNode.Instance, LongestWait, cancellation);
            return NodeView.FromBytes(described.View.Span);
        }
        catch (Exception error) when (error is AskTimeoutException or JsonException or InvalidDataException
            || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // That it does not answer is what the report says of it.
            return null;
        }
    }
}
