using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Fraud.Stream.Cluster;
using Fraud.Stream.Formation;
using Fraud.Stream.Storage;
using Npgsql;

namespace Fraud.Cli.Doctor;

/// <summary>Whether this node would find its cluster, and be let in. With SQLite there is none.</summary>
internal static class NodesCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    // When the alarm comes, too (deploy/prometheus/rules/alerts.yml).
    private static readonly TimeSpan ExpiryWarning = TimeSpan.FromDays(14);

    public static async Task<IReadOnlyList<Finding>> Run(ClusterOptions cluster, StorageOptions storage, TimeProvider time, CancellationToken stopping)
    {
        if (storage.Kind != StoreKind.Postgres)
        {
            return [];
        }

        var seeds = Task.WhenAll(cluster.SeedAddresses().Select(seed => Seed(seed.Host, seed.Port, time, stopping)));
        var (table, nodes) = await Table(cluster, storage, stopping);
        return [Port(cluster, nodes), .. Certificates(cluster, time), .. await seeds, table];
    }

    private static Finding Port(ClusterOptions cluster, IReadOnlyList<NodeRow> nodes)
    {
        const string check = "cluster port";
        if (cluster.Port == 0)
        {
            return Finding.Ok(check, $"any free port of {cluster.Host}");
        }

        var detail = string.Create(CultureInfo.InvariantCulture, $"{cluster.Host}, port {cluster.Port}");
        try
        {
            var ip = IPAddress.TryParse(cluster.Host, out var address) ? address : Dns.GetHostAddresses(cluster.Host)[0];
            using var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(ip, cluster.Port));
            socket.Listen(1);
            return Finding.Ok(check, $"{detail}: free");
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            var reached = cluster.PublicPort > 0 ? cluster.PublicPort : cluster.Port;
            return nodes.Any(row => row.IsLive && row.Node.Port == reached && row.Node.Host == cluster.ReachedAt)
                ? Finding.Ok(check, $"{detail}: a node of this cluster runs there already")
                : Finding.Fail(check, $"{detail}: another program listens there", "end that one, or choose another Cluster:Port");
        }
        catch (SocketException error)
        {
            return Finding.Fail(
                check, $"{detail}: cannot be listened on: {error.SocketErrorCode}", "Cluster:Host must be an address of this machine; what others connect to is Cluster:PublicHost");
        }
    }

    private static IEnumerable<Finding> Certificates(ClusterOptions cluster, TimeProvider time)
    {
        const string check = "cluster certificates";
        if (!cluster.HasAllCertificates)
        {
            yield return Finding.Ok(check, "none: nodes of this machine only");
            yield break;
        }

        var now = time.GetUtcNow();
        NodeCertificates certificates;
        string? fault = null;
        try
        {
            certificates = NodeCertificates.Read(cluster, now);
        }
        catch (InvalidDataException error)
        {
            certificates = null!;
            fault = LibraryCheck.OneLine(error.Message);
        }

        if (fault is not null)
        {
            yield return Finding.Fail(check, $"Cluster:{fault}", "make them with 'fraud cluster certs', one authority for all nodes");
            yield break;
        }

        yield return Ends(check, $"{certificates.Node.Subject}, for {string.Join(", ", certificates.Names)}", certificates.NodeEnds, now);
        yield return Ends("cluster authority", string.Join("; ", certificates.Authorities.Select(static one => one.Subject)), certificates.AuthorityEnds, now);
    }

    private static Finding Ends(string check, string what, DateTimeOffset ends, DateTimeOffset now)
    {
        var detail = string.Create(CultureInfo.InvariantCulture, $"{what}, until {ends.UtcDateTime:yyyy-MM-dd}");
        return ends - now < ExpiryWarning
            ? Finding.Warning(check, detail, "make a new one and restart the nodes one by one: docs/cluster.md, Certificates")
            : Finding.Ok(check, detail);
    }

    private static async Task<Finding> Seed(string host, int port, TimeProvider time, CancellationToken stopping)
    {
        var check = string.Create(CultureInfo.InvariantCulture, $"seed {host}:{port}");
        using var late = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, either.Token);
            return Finding.Ok(check, "takes connections");
        }
        catch (Exception error) when (error is SocketException || (error is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            return Finding.Warning(
                check, error is SocketException { SocketErrorCode: var code } ? $"takes none: {code}" : $"takes none within {Timeout.TotalSeconds:0} s",
                "start it, or look at its name and at firewalls; while no seed is there, the first of them forms the cluster");
        }
    }

    private static async Task<(Finding Finding, IReadOnlyList<NodeRow> Nodes)> Table(ClusterOptions cluster, StorageOptions storage, CancellationToken stopping)
    {
        const string check = "cluster table";
        try
        {
            await using var source = FormationSource.Create(storage.Postgres);
            var nodes = await new NodeTable(source, FormationConfig.Defaults.GetTimeSpan("fraud.formation.live-within")).Read(stopping);
            var leases = await new LeaseTable(source).Read(stopping);
            var live = nodes.Where(static row => row.IsLive).ToList();
            var detail = string.Create(CultureInfo.InvariantCulture, $"{live.Count} live node(s)")
                + (leases.Count > 0 ? $"; a division is being decided: {string.Join(", ", leases.Select(static lease => lease.Owner))} has the lease" : "");
            // Each would wait for the other's machine to answer at an address that is its own.
            var other = live.Find(row => ClusterOptions.IsLoopback(row.Node.Host) != ClusterOptions.IsLoopback(cluster.ReachedAt));
            return (other is null
                ? Finding.Ok(check, detail)
                : Finding.Fail(
                    check, $"{detail}; {other.Node.Name} is reached at {other.Node.Host}, and this node would be at {cluster.ReachedAt}",
                    "set Cluster:Host, Cluster:Port and certificates on all nodes, or keep all on one machine"), nodes);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return (Finding.Ok(check, "none yet; the first start makes it"), []);
        }
        catch (Exception error) when (error is NpgsqlException or ArgumentException or TimeoutException or SocketException or IOException)
        {
            return (Finding.Warning(check, "not asked: the store does not answer", "see store above"), []);
        }
    }
}
