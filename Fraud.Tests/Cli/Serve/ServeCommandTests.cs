using System.Globalization;
using Fraud.Faults.Processes;
using Fraud.Stream.Formation;
using Fraud.Tests.Stream.Formation;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Serve;

/// <summary>The service as a process: what it listens at, and how it ends (rule 25 of docs/decisions/0011).</summary>
public sealed class ServeCommandTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FormationDatabase _database = new(server);

    [Fact]
    public async Task Serve_Sqlite_ListensForHttpAlone()
    {
        using var node = Serve(["Storage:SqliteFile=" + _folder.File("fraud.db"), "Kafka:BootstrapServers=127.0.0.1:1"]);
        await Logged(node, "Graph started");

        await Poll.Until(() => ListeningPorts(node.Id).Count > 0);
        Assert.Single(ListeningPorts(node.Id));
    }

    [Fact]
    public async Task Serve_Postgres_ListensForNodesOfThisMachineToo()
    {
        using var node = Serve([.. Shared, "Kafka:BootstrapServers=127.0.0.1:1"]);
        var row = await Member(node);

        Assert.Equal("127.0.0.1", row.Node.Host);
        await Poll.Until(() => ListeningPorts(node.Id).Count > 1);
        var ports = ListeningPorts(node.Id);
        Assert.Equal(2, ports.Count);
        Assert.Contains(row.Node.Port, ports);
        Assert.Matches("^one-[0-9]+-[0-9a-f]{12}$", row.Node.Incarnation);
    }

    [Fact]
    public async Task Serve_AskedToStop_LeavesAndEndsWithZero()
    {
        using var node = Serve(Shared);
        var row = await Member(node);

        node.Signal("TERM");

        Assert.Equal(0, await End(node));
        Assert.Equal("left", _database.WhyRemoved(row.Node));
        // In its first seconds: its region has no home yet for the shards that it asked for.
        Assert.DoesNotContain("Drain deadline", node.ReadLog(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_Removed_EndsWithThreeAndSaysWhy()
    {
        using var node = Serve(Shared);
        var row = await Member(node);

        await _database.Nodes.Leave(row.Node.Incarnation, "removed by the test", default);

        var exit = await End(node);
        Assert.True(exit == 3, node.ReadLog());
        Assert.Contains("fraud: the node table refuses this process: removed by the test; start this node again\n", node.ReadLog(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_StoreSilentAtStart_WaitsForIt()
    {
        await server.StopAsync();
        OwnedProcess node;
        try
        {
            node = Serve(Shared);
            await Logged(node, "The node table does not answer");
        }
        finally
        {
            await server.StartServerAsync();
        }

        using (node)
        {
            await Member(node);
        }
    }

    [Fact]
    public async Task Serve_WrongCertificates_AreNamed()
    {
        var (exit, _, error) = await CommandLine.Run(
            "serve", "--set", "Storage:Kind=Postgres", "--set", "Storage:Postgres=Host=127.0.0.1;Port=1",
            "--set", "Cluster:AuthorityFile=no.pem", "--set", "Cluster:CertificateFile=no.pem", "--set", "Cluster:KeyFile=no.key",
            "--set", "Scoring:Model=" + Path.Combine(Repository.Root, "models", "payments"));

        Assert.Contains("Cluster:AuthorityFile: no.pem: expected a certificate in PEM", error, StringComparison.Ordinal);
        Assert.Equal(2, exit);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    private string[] Shared => ["Storage:Kind=Postgres", "Storage:Postgres=" + _database.Connection, "Cluster:NodeName=one"];

    private OwnedProcess Serve(string[] settings) => new(
        _folder.File("node.log"), _folder.Path, "dotnet",
        [
            Deployment.FraudProgram, "serve", "--no-feed", "--no-welcome", "--set", "Http:Urls=http://127.0.0.1:0",
            "--set", "Scoring:Model=" + Path.Combine(Repository.Root, "models", "payments"),
            .. settings.SelectMany(static setting => new[] { "--set", setting }),
        ]);

    private async Task<NodeRow> Member(OwnedProcess node)
    {
        NodeRow? row = null;
        await Poll.Until(async () =>
        {
            Assert.False(node.HasEnded, node.ReadLog());
            row = (await _database.Nodes.Read(default)).SingleOrDefault(static row => row.IsMember);
            return row is not null && node.ReadLog().Contains("Graph started", StringComparison.Ordinal);
        });
        return row!;
    }

    private static Task Logged(OwnedProcess node, string text) => Poll.Until(() =>
    {
        var log = node.ReadLog();
        return log.Contains(text, StringComparison.Ordinal) || (node.HasEnded ? throw new InvalidOperationException(log) : false);
    });

    private static async Task<int> End(OwnedProcess node)
    {
        await node.WaitForEndAsync().WaitAsync(Poll.Deadline);
        return node.ExitCode;
    }

    /// <summary>As the kernel has them.</summary>
    private static HashSet<int> ListeningPorts(int process)
    {
        const string listens = "0A";
        const int local = 1, state = 3, inode = 9;
        var sockets = Directory.GetFiles($"/proc/{process}/fd")
            .Select(static file => new FileInfo(file).LinkTarget ?? "")
            .Where(static target => target.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(static target => target["socket:[".Length..^1])
            .ToHashSet(StringComparer.Ordinal);
        return new[] { "tcp", "tcp6" }
            .SelectMany(table => File.ReadLines($"/proc/{process}/net/{table}").Skip(1))
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(row => row[state] == listens && sockets.Contains(row[inode]))
            .Select(static row => int.Parse(row[local].AsSpan(row[local].LastIndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            .ToHashSet();
    }
}
