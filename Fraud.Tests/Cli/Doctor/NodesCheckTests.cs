using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Fraud.Cli.Doctor;
using Fraud.Stream.Cluster;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Formation;
using Fraud.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Cli.Doctor;

[Collection(PostgresNodesCollection.Name)]
public sealed class NodesCheckTests(PostgresServer server) : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FormationDatabase _database = new(server);
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Run_Sqlite_LooksAtNothing()
    {
        Assert.Empty(await NodesCheck.Run(new ClusterOptions(), new StorageOptions(), _time, default));
    }

    [Fact]
    public async Task Run_Defaults_AllIsWell()
    {
        var findings = await Run(new ClusterOptions());

        Assert.Equal(["cluster port", "cluster certificates", "cluster table"], findings.Select(static finding => finding.Check));
        Assert.All(findings, static finding => Assert.Equal(FindingStatus.Ok, finding.Status));
    }

    [Fact]
    public async Task Run_PortTaken_FailsUnlessANodeOfTheClusterHasIt()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var options = new ClusterOptions { Port = ((IPEndPoint)taken.LocalEndpoint).Port };

        Assert.Equal(FindingStatus.Fail, Of(await Run(options), "cluster port").Status);
        await _database.Nodes.Find(FormationDatabase.Node(options.Port), default);
        Assert.Equal(FindingStatus.Ok, Of(await Run(options), "cluster port").Status);
    }

    [Fact]
    public async Task Run_HostOfAnotherMachine_Fails()
    {
        // Kept for documents: no machine has it.
        Assert.Equal(FindingStatus.Fail, Of(await Run(new ClusterOptions { Host = "192.0.2.1", Port = 4053 }), "cluster port").Status);
    }

    [Fact]
    public async Task Run_Certificates_TellsTheirNamesAndWarnsBeforeTheyEnd()
    {
        Assert.Equal(0, (await CommandLine.Run("cluster", "certs", "a", "--folder", _folder.Path, "--host", "10.0.0.7")).Exit);
        var options = new ClusterOptions { AuthorityFile = _folder.File("authority.pem"), CertificateFile = _folder.File("a.pem"), KeyFile = _folder.File("a.key") };

        var well = await Run(options);
        Assert.Equal(FindingStatus.Ok, Of(well, "cluster authority").Status);
        Assert.StartsWith("CN=a, for a, 10.0.0.7, until ", Of(well, "cluster certificates").Detail, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromDays(390));
        Assert.Equal(FindingStatus.Warning, Of(await Run(options), "cluster certificates").Status);
        _time.Advance(TimeSpan.FromDays(10));
        var ended = Of(await Run(options), "cluster certificates");
        Assert.Equal(FindingStatus.Fail, ended.Status);
        Assert.Contains("NotTimeValid", ended.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Seeds_WarnsOfThoseThatTakeNoConnection()
    {
        using var seed = new TcpListener(IPAddress.Loopback, 0);
        seed.Start();
        var port = ((IPEndPoint)seed.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var findings = await Run(new ClusterOptions { Seeds = { $"127.0.0.1:{port}", "127.0.0.1:9" } });

        Assert.Equal(FindingStatus.Ok, Of(findings, $"seed 127.0.0.1:{port}").Status);
        Assert.Equal(FindingStatus.Warning, Of(findings, "seed 127.0.0.1:9").Status);
    }

    [Fact]
    public async Task Run_OtherNodesOnOtherMachines_FailsForOneThatOnlyItsOwnReaches()
    {
        await _database.Nodes.Find(FormationDatabase.Node(4053) with { Host = "10.0.0.7" }, default);

        var table = Of(await Run(new ClusterOptions()), "cluster table");

        Assert.Equal(FindingStatus.Fail, table.Status);
        Assert.Contains("10.0.0.7", table.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_DivisionIsBeingDecided_NamesWhoHasTheLease()
    {
        _database.Execute("INSERT INTO cluster_leases (name, owner, expires_at) VALUES ('fraud-akka-sbr', 'node-7', clock_timestamp() + interval '1 hour')");

        Assert.Contains("node-7 has the lease", Of(await Run(new ClusterOptions()), "cluster table").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NoTablesOrNoStore_SaysSo()
    {
        _database.Execute("DROP TABLE cluster_nodes");
        Assert.Equal(FindingStatus.Ok, Of(await Run(new ClusterOptions()), "cluster table").Status);

        var away = await NodesCheck.Run(new ClusterOptions(), new StorageOptions { Kind = StoreKind.Postgres, Postgres = "Host=127.0.0.1;Port=9;Username=u" }, _time, default);
        Assert.Equal(FindingStatus.Warning, Of(away, "cluster table").Status);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    private Task<IReadOnlyList<Finding>> Run(ClusterOptions options) =>
        NodesCheck.Run(options, new StorageOptions { Kind = StoreKind.Postgres, Postgres = _database.Connection }, _time, default);

    private static Finding Of(IReadOnlyList<Finding> findings, string check) => findings.Single(finding => finding.Check == check);
}
