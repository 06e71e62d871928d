using Akka.Actor;
using Akka.Actor.Setup;
using Npgsql;

namespace Fraud.Stream.Formation;

/// <summary>
/// What formation needs of the process, handed to the actor system at its start: Akka makes the lease by the name of its
/// class, so it finds it here.
/// </summary>
public sealed class FormationSetup(string incarnation, NodeTable nodes, LeaseTable leases, FormationStatus status, TimeProvider time) : Setup
{
    /// <summary>Of this process; the same that claims shards: the name of its <see cref="Cluster.NodeIdentity"/>.</summary>
    public string Incarnation { get; } = incarnation;

    public NodeTable Nodes { get; } = nodes;

    public LeaseTable Leases { get; } = leases;

    public FormationStatus Status { get; } = status;

    /// <summary>For durations only: what is compared between nodes is the database's time.</summary>
    public TimeProvider Time { get; } = time;

    /// <param name="source">See <see cref="FormationSource"/>; the caller disposes it after the actor system ended.</param>
    public static FormationSetup Create(NpgsqlDataSource source, string incarnation, FormationStatus status, TimeProvider time) => new(
        incarnation, new NodeTable(source, FormationConfig.Defaults.GetTimeSpan("fraud.formation.live-within")),
        new LeaseTable(source), status, time);

    /// <exception cref="InvalidOperationException">The actor system was started without it.</exception>
    public static FormationSetup Of(ActorSystem system)
    {
        var setup = system.Settings.Setup.Get<FormationSetup>();
        return setup.HasValue ? setup.Value : throw new InvalidOperationException($"The actor system {system.Name} was started without {nameof(FormationSetup)}.");
    }
}
