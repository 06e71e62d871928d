using Akka.Cluster;

namespace Fraud.Stream.Formation;

/// <summary>The actor of the formation to itself: it is time for a heartbeat.</summary>
internal sealed class Tick
{
    public static readonly Tick Instance = new();
}

/// <summary>What the store said, and who is known to be removed.</summary>
internal sealed record Heard(JoinAnswer Answer, IReadOnlyList<UniqueAddress> Removed);

/// <summary>The store said nothing.</summary>
internal sealed record Silent(Exception Reason);

/// <summary>Asks the actor of the formation what a node has to do whose contact points were found; it answers with a <see cref="JoinAnswer"/>.</summary>
/// <param name="MayForm">False: a contact point is in a cluster already, so there is one to join and none to form.</param>
internal sealed record BootstrapQuestion(bool MayForm);
