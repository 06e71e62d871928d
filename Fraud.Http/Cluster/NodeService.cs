using Akka.Actor;
using Microsoft.Extensions.Hosting;

namespace Fraud.Http.Cluster;

/// <summary>Starts the actor that answers other nodes. It ends with the actor system, when the node has left.</summary>
internal sealed class NodeService(ActorSystem system, OwnView own) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        system.ActorOf(Props.Create(() => new NodeActor(own)), NodeActor.Name);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
