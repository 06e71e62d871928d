using Akka.Management.Cluster.Bootstrap;

namespace Fraud.Stream.Formation;

/// <summary>What the pods that were found and asked say about a cluster.</summary>
internal enum ContactPoints
{
    /// <summary>Too few answered, or the list of them has just changed.</summary>
    Unsettled,

    /// <summary>Enough answered, and none is in a cluster.</summary>
    Idle,

    /// <summary>One or more are in a cluster.</summary>
    Clustered,
}

internal static class ContactPointsReader
{
    /// <param name="required">So many have to answer before a cluster may be formed; one that is there is joined, no matter which of them tells of it.</param>
    /// <param name="stableFor">The list of pods has not changed for so long.</param>
    public static ContactPoints Read(SeedNodesInformation seen, int required, TimeSpan stableFor) =>
        seen.HasSeedNodes ? ContactPoints.Clustered
        : seen.SeedNodesObservations.Count >= required && seen.CurrentTime - seen.ContactPointsChangedAt >= stableFor ? ContactPoints.Idle
        : ContactPoints.Unsettled;
}
