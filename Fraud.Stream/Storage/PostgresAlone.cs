namespace Fraud.Stream.Storage;

/// <summary>Whether nodes use a PostgreSQL store, and what keeps them from starting while a command has it.</summary>
internal static class PostgresAlone
{
    // As long as cluster nodes are live without a heartbeat.
    private const string LiveNodes =
        "SELECT name FROM cluster_nodes WHERE removed_at IS NULL AND heartbeat_at > clock_timestamp() - interval '5 seconds' LIMIT 1";

    /// <summary>The name of a node whose heart beats; null when there is none, or no table of nodes.</summary>
    public static string? LiveNode(ISqlSession session) =>
        session.Query("SELECT CAST(to_regclass('cluster_nodes') IS NOT NULL AS integer)", static row => row.Value(0)) is [1L]
        && session.Query(LiveNodes, static row => row.Text(0)) is [var node] ? node : null;

    /// <summary>Takes the lock that nodes take to find or form a cluster: until this connection ends they wait.</summary>
    /// <returns>False when a node or another command has it.</returns>
    public static bool TryHold(ISqlSession session) =>
        session.Query("SELECT CAST(pg_try_advisory_lock(?1) AS integer)", static row => row.Value(0), PostgresSession.FormationLock) is [1L];
}
