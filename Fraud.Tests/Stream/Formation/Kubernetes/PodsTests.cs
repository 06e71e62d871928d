using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Fraud.Faults.Processes;
using Fraud.Tests.Deploy;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Formation.Kubernetes;

/// <summary>
/// Nodes as processes that find each other by the API of Kubernetes, with the rights, labels, ports and settings of
/// <c>deploy/kubernetes-discovery</c>. Alone: nodes watch each other.
/// </summary>
[Collection(RealClusterCollection.Name)]
public sealed class PodsTests(RealCluster cluster) : IAsyncLifetime
{
    private readonly FormationDatabase _database = new(cluster.Postgres);
    private PodDeployment _deployment = null!;

    [Fact]
    public async Task Start_ThreeAtOnceAndOneLater_AreOneClusterAndOpenNothingElse()
    {
        await using var api = await _deployment.StartApi(_deployment.Objects);
        var pods = Enumerable.Range(0, 3).Select(_ => _deployment.StartPod()).ToList();
        await Members(3);

        var late = _deployment.StartPod();
        await Members(4);
        Assert.Equal(1, _database.Scalar<long>("SELECT number FROM cluster_formation"));
        Assert.Equal(1, _deployment.CountLogs("This node forms cluster 1"));

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        foreach (var (_, address) in (IEnumerable<(OwnedProcess, string Address)>)[.. pods, late])
        {
            // Each of them sees all four.
            await Poll.Until(async () => await http.GetStringAsync(Management(address, "bootstrap/seed-nodes")) is var answer
                && pods.Append(late).All(pod => answer.Contains(pod.Address, StringComparison.Ordinal)));
        }

        foreach (var (method, path) in (IEnumerable<(HttpMethod, string)>)
            [
                (HttpMethod.Get, "remote/address"), (HttpMethod.Get, "cluster-client/receptionist"), (HttpMethod.Get, "cluster/members"),
                (HttpMethod.Delete, "cluster/members"), (HttpMethod.Put, "cluster/members"), (HttpMethod.Post, "bootstrap/seed-nodes"),
            ])
        {
            using var answer = await http.SendAsync(new HttpRequestMessage(method, Management(late.Address, path)));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        // At the pod's address, not at all of the machine's.
        using var elsewhere = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => elsewhere.ConnectAsync(IPAddress.Loopback, _deployment.ManagementPort));

        var doctor = _deployment.Run("doctor", late.Address, "doctor");
        await doctor.WaitForEndAsync();
        Assert.Contains("4 pod(s), 4 of them with a port named management", doctor.ReadLog(), StringComparison.Ordinal);

        late.Process.Signal("TERM");
        await late.Process.WaitForEndAsync();
        Assert.Equal(0, late.Process.ExitCode);
        await Members(3);
    }

    [Fact]
    public async Task Start_ApiAwayThenRefusing_SaysWhatIsMissingAndFormsOnceItMay()
    {
        var (process, address) = _deployment.StartPod();
        await Logged(process, "the API of Kubernetes does not answer: ConnectionRefused");

        var withoutRights = _deployment.Objects.Where(static item => KubernetesObjects.Kind(item) != "Role").ToList();
        await using (await _deployment.StartApi(withoutRights))
        {
            await Logged(process, "lacks the right to list pods; give it a Role with the verbs get, list and watch");
            Assert.Contains("""cannot list resource "pods" in API group "" in the namespace "fraud-detection""", process.ReadLog(), StringComparison.Ordinal);
            var doctor = _deployment.Run("doctor", address, "doctor");
            await doctor.WaitForEndAsync();
            Assert.Equal(1, doctor.ExitCode);
            Assert.Contains("lacks the right to list pods", doctor.ReadLog(), StringComparison.Ordinal);
        }

        Assert.Equal(0, _deployment.CountLogs("This node forms cluster"));
        await using var api = await _deployment.StartApi(_deployment.Objects);
        await Members(1);
        await Logged(process, "This node forms cluster 1");
    }

    public async Task InitializeAsync() => _deployment = await PodDeployment.Apply(_database.Connection);

    public async Task DisposeAsync()
    {
        await _deployment.DisposeAsync();
        _database.Dispose();
    }

    private Uri Management(string address, string path) =>
        new(string.Create(CultureInfo.InvariantCulture, $"http://{address}:{_deployment.ManagementPort}/{path}"));

    private async Task Members(int count)
    {
        try
        {
            await Poll.Until(async () => (await _database.Nodes.Read(default)).Count(static row => row is { IsLive: true, IsMember: true }) == count);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Expected {count} members\n{_deployment.Logs}");
        }
    }

    private static async Task Logged(OwnedProcess process, string text)
    {
        try
        {
            await Poll.Until(() => process.ReadLog().Contains(text, StringComparison.Ordinal));
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Expected '{text}'\n{process.ReadLog()}");
        }
    }
}
