namespace Fraud.Stream.Formation;

/// <summary>A row of the node table. Whether it is live was decided by the database's clock when it was read.</summary>
/// <param name="Formation">The cluster that it formed or was told to join; null while it is told neither.</param>
/// <param name="IsMember">It said that it is part of the cluster.</param>
/// <param name="RemovedWhy">Null while it is not removed.</param>
public sealed record NodeRow(
    NodeRegistration Node, long? Formation, bool IsMember, bool IsLive, DateTimeOffset StartedAt, DateTimeOffset HeartbeatAt, string? RemovedWhy);
