using Npgsql;

namespace Fraud.Stream.Formation;

/// <summary>Leases in PostgreSQL: a row each, with its owner and when it expires by the database's clock.</summary>
/// <remarks>Every call throws what Npgsql throws when the store is away: then no one knows.</remarks>
/// <param name="source">See <see cref="FormationSource"/>.</param>
public sealed class LeaseTable(NpgsqlDataSource source)
{
    // The owner counts as gone when it was removed, too: it cannot use the lease any more.
    private const string Taking = """
        WITH asking AS (SELECT 1 AS one FROM cluster_nodes WHERE incarnation = $2 AND removed_at IS NULL),
        taken AS (
            INSERT INTO cluster_leases AS lease (name, owner, expires_at)
            SELECT $1, $2, clock_timestamp() + $3 FROM asking
            ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = clock_timestamp() + $3
            WHERE lease.owner = excluded.owner OR lease.expires_at <= clock_timestamp()
               OR NOT EXISTS (SELECT FROM cluster_nodes AS node WHERE node.incarnation = lease.owner AND node.removed_at IS NULL)
            RETURNING owner
        )
        SELECT EXISTS (SELECT FROM asking), EXISTS (SELECT FROM taken)
        """;

    public async Task<LeaseAnswer> TryTake(string name, string owner, TimeSpan timeToLive, CancellationToken stopping)
    {
        await using var connection = await source.OpenConnectionAsync(stopping);
        var (isAsking, isTaken) = (await connection.Read(
            Taking, static row => (row.GetBoolean(0), row.GetBoolean(1)), stopping, name, owner, timeToLive))[0];
        if (!isAsking)
        {
            return new LeaseAnswer.Refused();
        }

        if (isTaken)
        {
            return new LeaseAnswer.Taken();
        }

        // A statement of its own sees who was faster by a moment.
        var owners = await connection.Read(
            "SELECT owner FROM cluster_leases WHERE name = $1 AND owner <> $2 AND expires_at > clock_timestamp()",
            static row => row.GetString(0), stopping, name, owner);
        return owners is [var other] ? new LeaseAnswer.Owned(other) : new LeaseAnswer.Unsettled();
    }

    /// <summary>Extends a lease that has not expired since it was taken.</summary>
    /// <returns>False: it has, or another took it, or its owner was removed.</returns>
    public async Task<bool> Renew(string name, string owner, TimeSpan timeToLive, CancellationToken stopping)
    {
        await using var connection = await source.OpenConnectionAsync(stopping);
        return await connection.Write(
            """
            UPDATE cluster_leases SET expires_at = clock_timestamp() + $3
            WHERE name = $1 AND owner = $2 AND expires_at > clock_timestamp()
              AND EXISTS (SELECT FROM cluster_nodes WHERE incarnation = $2 AND removed_at IS NULL)
            """,
            stopping, name, owner, timeToLive) > 0;
    }

    /// <summary>Leases that are alive, by name, with their owners. A cluster that is not divided holds none.</summary>
    public async Task<IReadOnlyList<(string Name, string Owner)>> Read(CancellationToken stopping)
    {
        await using var connection = await source.OpenConnectionAsync(stopping);
        return await connection.Read(
            "SELECT name, owner FROM cluster_leases WHERE expires_at > clock_timestamp() ORDER BY name",
            static row => (row.GetString(0), row.GetString(1)), stopping);
    }

    public async Task Release(string name, string owner, CancellationToken stopping)
    {
        await using var connection = await source.OpenConnectionAsync(stopping);
        await connection.Write("DELETE FROM cluster_leases WHERE name = $1 AND owner = $2", stopping, name, owner);
    }
}
