using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fraud.Cli;
using Fraud.Faults.Processes;
using Fraud.Http.Cluster;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Cluster;

/// <summary>The command as people start it: processes of its own for all of it.</summary>
public sealed class ClusterUpTests : IDisposable
{
    private static readonly TimeSpan Longest = Poll.Deadline;

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Up_TwoNodes_ShareTheShardsAnswerAndStopCleanly()
    {
        if (!OperatingSystem.IsWindows())
        {
            // The server's user, another than root, has to get there.
            File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        }

        var port = FreePorts();
        using var up = Start(port);
        using var deadline = new CancellationTokenSource(Longest);
        try
        {
            while (!up.ReadLog().Contains("Ctrl-C drains", StringComparison.Ordinal))
            {
                Assert.False(up.HasEnded, up.ReadLog());
                await Task.Delay(100, deadline.Token);
            }

            using var http = new HttpClient();
            var report = JsonSerializer.Deserialize<ClusterReport>(
                await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/cluster"), deadline.Token), ClusterReport.Json)!;
            Assert.All(report.Shards, static shard => Assert.Equal(ShardState.Open, shard.State));
            Assert.Equal([2, 2], report.Nodes.Select(static node => node.Open));
            Assert.All(report.Nodes, static node => Assert.Equal("up", node.Member));
            Assert.Single(report.Nodes, static node => node.IsLeader);
            Assert.Single(report.Nodes, static node => node.IsCoordinator);
            Assert.All(report.Shards, shard => Assert.Contains(
                report.History, happened => (happened.Shard, happened.Event, happened.Generation, happened.Node) == (shard.Shard, "claimed", shard.Generation, shard.Owner)));
            using var body = new StringContent(
                """{"transaction_id":"up-1","card_id":"card-1","terminal_id":"t","amount":5}""", Encoding.UTF8, "application/json");
            using var scored = await http.PostAsync(new Uri($"http://127.0.0.1:{port + 1}/predict"), body, deadline.Token);
            Assert.Equal(HttpStatusCode.OK, scored.StatusCode);

            using var table = new StringWriter();
            using var error = new StringWriter();
            Assert.Equal(0, await FraudCommand.RunAsync(
                ["cluster", "status", "--url", $"http://127.0.0.1:{port}"], table, error, deadline.Token));
            Assert.StartsWith("4 of 4 shards open", table.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            up.Signal("TERM");
            await up.WaitForEndAsync(deadline.Token);
        }

        Assert.True(up.ExitCode == 0, up.ReadLog());
        Assert.Contains("cluster   stopped", up.ReadLog(), StringComparison.Ordinal);
        // Nor does the last one wait for somebody to take its shards.
        Assert.DoesNotContain("Drain deadline", up.ReadLog(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_NobodyListens_IsOneLineThatSaysWhatToDo()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        // Port 9 of this machine: discard, which nobody runs.
        var exit = await FraudCommand.RunAsync(["cluster", "status", "--url", "http://127.0.0.1:9"], output, error, CancellationToken.None);

        Assert.Equal(1, exit);
        Assert.Contains("expected a node to answer", Assert.Single(error.ToString().TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private OwnedProcess Start(int port) => new(
        _folder.File("up.log"),
        // Where config and models are.
        Repository.Root,
        "dotnet", Path.ChangeExtension(typeof(FraudCommand).Assembly.Location, ".dll"),
        "cluster", "up", "--nodes", "2", "--partitions", "4", "--port", port.ToString(CultureInfo.InvariantCulture),
        "--data", _folder.File("cluster"), "--rate", "20");

    private static int FreePorts()
    {
        for (var port = 21_000 + Random.Shared.Next(9_000); ; port++)
        {
            try
            {
                using var first = new TcpListener(IPAddress.Loopback, port);
                using var second = new TcpListener(IPAddress.Loopback, port + 1);
                first.Start();
                second.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next.
            }
        }
    }
}
