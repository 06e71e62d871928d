using Fraud.Stream.Storage;
using Npgsql;

namespace Fraud.Stream.Formation;

/// <summary>The processes of a cluster in PostgreSQL: who is live, who may form a cluster, who is removed.</summary>
/// <remarks>
/// Only the database's clock counts. A row is live while its heartbeat is young; one that is removed stays so, and a node that asks
/// in its name is refused (rule 8 of docs/decisions/0011). Every call throws what Npgsql throws when the store is away.
/// </remarks>
/// <param name="source">See <see cref="FormationSource"/>: questions must fail soon.</param>
/// <param name="liveWithin">Age of a heartbeat up to which a row is live.</param>
public sealed class NodeTable(NpgsqlDataSource source, TimeSpan liveWithin)
{
    // For those who look for what happened; the table is read whole.
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    private const string Announcement = """
        INSERT INTO cluster_nodes (incarnation, name, host, port, uid, http_address, started_at, watched_at, heartbeat_at)
        VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp(), clock_timestamp(), clock_timestamp())
        ON CONFLICT (incarnation) DO UPDATE SET
            watched_at = CASE WHEN cluster_nodes.heartbeat_at > clock_timestamp() - $7 THEN cluster_nodes.watched_at ELSE clock_timestamp() END,
            heartbeat_at = clock_timestamp(), http_address = excluded.http_address
        WHERE cluster_nodes.removed_at IS NULL
        """;

    private const string Columns = "incarnation, name, host, port, uid, http_address";

    /// <summary>
    /// Writes a heartbeat of a node that is in no cluster, and decides what it does: one at a time, under an advisory lock
    /// (rule 24). It joins while any member is live. It forms when no member is there, or when all have been silent for as long
    /// as it has watched the store answer: after an outage of the store no one's heartbeat is young, and the first to ask must
    /// not end a cluster that is well.
    /// </summary>
    /// <remarks>
    /// Nodes that are themselves told to join are live as well but no members, so that others do not wait for a cluster whose
    /// founder died at once. Forming raises the cluster's number and removes all earlier members; a node that still becomes a member
    /// of an earlier number is refused at its next heartbeat. Asked again, for instance because the answer got lost, a founder
    /// gets the same answer.
    /// </remarks>
    /// <param name="mayForm">False: a cluster was seen, so where no member is live this node waits for one.</param>
    public async Task<JoinAnswer> Ask(NodeRegistration node, bool mayForm, CancellationToken stopping)
    {
        await using var connection = await source.OpenConnectionAsync(stopping);
        await using var transaction = await connection.BeginTransactionAsync(stopping);
        await connection.Write("SELECT pg_advisory_xact_lock($1)", stopping, PostgresSession.FormationLock);
        if (!await Announce(connection, node, stopping))
        {
            return new JoinAnswer.Refused(await WhyRefused(connection, node.Incarnation, stopping));
        }

        // Its address is bound by this process: the process that had it is gone.
        await connection.Write(
            """
            UPDATE cluster_nodes SET removed_at = clock_timestamp(), removed_why = 'replaced by ' || $1
            WHERE host = $2 AND port = $3 AND incarnation <> $1 AND removed_at IS NULL
            """,
            stopping, node.Incarnation, node.Host, node.Port);
        var answer = await Decide(connection, node, mayForm, stopping);
        await transaction.CommitAsync(stopping);
        return answer;
    }

    /// <summary>Writes a heartbeat of a node that has seeds, and names the members that are live; who forms is not decided here.</summary>
    /// <returns>To join, to wait where no member is live, or refused.</returns>
    public async Task<JoinAnswer> Find(NodeRegistration node, CancellationToken stopping)
    {
        await using var connection = await source.OpenConnectionAsync(stopping);
        if (!await Announce(connection, node, stopping))
        {
            return new JoinAnswer.Refused(await WhyRefused(connection, node.Incarnation, stopping));
        }

        var members = await Members(connection, node, stopping);
        return members.Count > 0 ? new JoinAnswer.Join(members) : new JoinAnswer.Wait();
    }

    /// <summary>Writes a heartbeat of a member.</summary>
    /// <returns>False: it was removed, or its cluster was superseded by a later one.</returns>
    public async Task<bool> Beat(NodeRegistration node, CancellationToken stopping)
    {
        await using var connection = await source.OpenConnectionAsync(stopping);
        return await connection.Write(
            """
            UPDATE cluster_nodes SET heartbeat_at = clock_timestamp(), is_member = true, http_address = $2
            WHERE incarnation = $1 AND removed_at IS NULL
              AND (formation IS NULL OR formation = (SELECT number FROM cluster_formation))
            """,
            stopping, node.Incarnation, node.HttpAddress) > 0;
    }

    /// <summary>For people: why <see cref="Beat"/> was false.</summary>
    public async Task<string> WhyRefused(string incarnation, CancellationToken stopping)
    {
        await using var connection = await source.OpenConnectionAsync(stopping);
        return await WhyRefused(connection, incarnation, stopping);
    }

    /// <summary>Removes a node that the cluster of <paramref name="by"/> downed, for good.</summary>
    /// <remarks>
    /// Who is removed removes no one: of two that would remove each other one stays. Repeating it changes nothing.
    /// </remarks>
    /// <returns>Whether this call removed it.</returns>
    public async Task<bool> Remove(string host, int port, int uid, string why, string by, CancellationToken stopping)
    {
        await using var connection = await source.OpenConnectionAsync(stopping);
        await using var transaction = await connection.BeginTransactionAsync(stopping);
        await connection.Write("SELECT pg_advisory_xact_lock($1)", stopping, PostgresSession.FormationLock);
        var removed = await connection.Write(
            """
            UPDATE cluster_nodes SET removed_at = clock_timestamp(), removed_why = $4
            WHERE host = $1 AND port = $2 AND uid = $3 AND removed_at IS NULL
              AND EXISTS (SELECT FROM cluster_nodes AS remover WHERE remover.incarnation = $5 AND remover.removed_at IS NULL)
            """,
            stopping, host, port, (long)uid, why, by);
        await transaction.CommitAsync(stopping);
        return removed > 0;
    }

    /// <summary>Takes a node's own row out, as its last act or because others refuse it.</summary>
    public async Task Leave(string incarnation, string why, CancellationToken stopping)
    {
        await using var connection = await source.OpenConnectionAsync(stopping);
        await connection.Write(
            "UPDATE cluster_nodes SET removed_at = clock_timestamp(), removed_why = $2 WHERE incarnation = $1 AND removed_at IS NULL",
            stopping, incarnation, why);
    }

    /// <summary>All rows of the last day, by their start.</summary>
    public async Task<IReadOnlyList<NodeRow>> Read(CancellationToken stopping)
    {
        await using var connection = await source.OpenConnectionAsync(stopping);
        return await connection.Read(
            $"""
            SELECT {Columns}, formation, is_member, removed_at IS NULL AND heartbeat_at > clock_timestamp() - $1, started_at, heartbeat_at,
                removed_why
            FROM cluster_nodes ORDER BY started_at
            """,
            static row => new NodeRow(
                Node(row), row.IsDBNull(6) ? null : row.GetInt64(6), row.GetBoolean(7), row.GetBoolean(8),
                row.GetFieldValue<DateTimeOffset>(9), row.GetFieldValue<DateTimeOffset>(10), row.IsDBNull(11) ? null : row.GetString(11)),
            stopping, liveWithin);
    }

    private static async Task<string> WhyRefused(NpgsqlConnection connection, string incarnation, CancellationToken stopping)
    {
        var rows = await connection.Read(
            "SELECT coalesce(removed_why, 'superseded by a later cluster') FROM cluster_nodes WHERE incarnation = $1",
            static row => row.GetString(0), stopping, incarnation);
        return rows is [var why] ? why : "silent for longer than rows are kept";
    }

    private async Task<bool> Announce(NpgsqlConnection connection, NodeRegistration node, CancellationToken stopping) => await connection.Write(
        Announcement, stopping,
        node.Incarnation, node.Name, node.Host, node.Port, (long)node.Uid, node.HttpAddress, liveWithin) > 0;

    private async Task<JoinAnswer> Decide(NpgsqlConnection connection, NodeRegistration node, bool mayForm, CancellationToken stopping)
    {
        var founded = await connection.Read(
            """
            SELECT formation FROM cluster_nodes WHERE incarnation = $1 AND is_member AND formation = (SELECT number FROM cluster_formation)
            """,
            static row => row.GetInt64(0), stopping, node.Incarnation);
        if (founded is [var number])
        {
            return new JoinAnswer.Form(number);
        }

        var members = await Members(connection, node, stopping);
        if (members.Count > 0)
        {
            await connection.Write(
                "UPDATE cluster_nodes SET formation = (SELECT number FROM cluster_formation) WHERE incarnation = $1", stopping, node.Incarnation);
            return new JoinAnswer.Join(members);
        }

        if (!mayForm)
        {
            return new JoinAnswer.Wait();
        }

        var mustWatch = await connection.Read(
            """
            SELECT watched_at > clock_timestamp() - $2
                AND EXISTS (SELECT FROM cluster_nodes WHERE is_member AND removed_at IS NULL AND incarnation <> $1)
            FROM cluster_nodes WHERE incarnation = $1
            """,
            static row => row.GetBoolean(0), stopping, node.Incarnation, liveWithin);
        return mustWatch is [true] ? new JoinAnswer.Wait() : new JoinAnswer.Form(await Form(connection, node, stopping));
    }

    // Who had the address of this one is gone, whatever its row says.
    private async Task<List<NodeRegistration>> Members(NpgsqlConnection connection, NodeRegistration node, CancellationToken stopping) => await connection.Read(
        $"""
        SELECT {Columns} FROM cluster_nodes
        WHERE is_member AND removed_at IS NULL AND heartbeat_at > clock_timestamp() - $1 AND (host, port) <> ($2, $3) ORDER BY started_at
        """,
        Node, stopping, liveWithin, node.Host, node.Port);

    private static async Task<long> Form(NpgsqlConnection connection, NodeRegistration node, CancellationToken stopping)
    {
        var number = (await connection.Read(
            """
            INSERT INTO cluster_formation AS formed (number) VALUES (1)
            ON CONFLICT (only_row) DO UPDATE SET number = formed.number + 1 RETURNING number
            """,
            static row => row.GetInt64(0), stopping))[0];
        await connection.Write(
            """
            UPDATE cluster_nodes SET removed_at = clock_timestamp(), removed_why = 'silent when cluster ' || $2::text || ' was formed'
            WHERE is_member AND removed_at IS NULL AND incarnation <> $1
            """,
            stopping, node.Incarnation, number);
        await connection.Write("DELETE FROM cluster_nodes WHERE heartbeat_at < clock_timestamp() - $1", stopping, KeptFor);
        await connection.Write(
            "UPDATE cluster_nodes SET formation = $2, is_member = true WHERE incarnation = $1", stopping, node.Incarnation, number);
        return number;
    }

    private static NodeRegistration Node(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt32(3), (int)row.GetInt64(4), row.GetString(5));
}
