using System.Globalization;
using Akka.Configuration;
using Fraud.Stream.Cluster;
using Fraud.Stream.Formation;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Formation;

/// <summary>Clusters of actor systems over a real store: they become one, and what goes on when nodes die.</summary>
[Collection(FormationCollection.Name)]
public sealed class FormationTests(PostgresServer server) : IAsyncLifetime
{
    private readonly FormationDatabase _database = new(server);
    private readonly List<FormationNode> _nodes = [];

    [Fact]
    public async Task Start_ThreeAtOnce_AreOneCluster()
    {
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => Start())));

        await Poll.Until(() => _nodes.TrueForAll(static node => node.Up.Count == 3));

        Assert.All(_nodes, node => Assert.True(node.Status.Joined.IsCompletedSuccessfully));
        Assert.Equal(1, _database.Scalar<long>("SELECT number FROM cluster_formation"));
        await Poll.Until(async () => (await _database.Nodes.Read(default)).Count(static row => row is { IsLive: true, IsMember: true }) == 3);
    }

    /// <summary>The case that keep-majority gets wrong: of two it keeps the one with the lower address, dead or alive.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Die_EitherOfTwo_TheOtherGoesOn(bool lowerAddressDies)
    {
        await StartTwo();
        var ordered = _nodes.OrderBy(static node => node.Address).ToList();
        var (victim, survivor) = lowerAddressDies ? (ordered[0], ordered[1]) : (ordered[1], ordered[0]);

        await victim.Kill();

        await Poll.Until(() => survivor.IsAlone);
        Assert.False(survivor.Status.Ended.IsCompleted);
        // The dead one's incarnation could not come back, and a new process can.
        await Poll.Until(async () => (await Row(victim)).RemovedWhy is "downed, as node saw it");
        Start();
        await Poll.Until(() => survivor.Up.Count == 2);
    }

    [Fact]
    public async Task Cut_BothAlive_OneGoesOnAndTheOtherEnds()
    {
        await StartTwo();

        await Task.WhenAll(_nodes[0].Cut(_nodes[1]), _nodes[1].Cut(_nodes[0]));

        var loser = await await Task.WhenAny(_nodes.Select(static async node => (await node.Status.Ended, node).node)).WaitAsync(Poll.Deadline);
        var winner = _nodes.Single(node => node != loser);
        await loser.System.WhenTerminated.WaitAsync(Poll.Deadline);
        await Poll.Until(() => winner.IsAlone);
        Assert.Equal(3, (await loser.Status.Ended).ExitCode);
        Assert.False(winner.Status.Ended.IsCompleted);
        Assert.NotNull((await Row(loser)).RemovedWhy);
        Assert.Null((await Row(winner)).RemovedWhy);
    }

    [Fact]
    public async Task Die_StoreSilent_TheOtherWaitsForItsVerdict()
    {
        await StartTwo();
        await server.StopAsync();
        try
        {
            await _nodes[1].Kill();
            await Poll.Until(() => _nodes[0].Warnings.Any(static warning => warning.Contains("akka-sbr: the store does not answer", StringComparison.Ordinal)));
            Assert.False(_nodes[0].Status.Ended.IsCompleted);
            Assert.True(_nodes[0].SeesUnreachable);
        }
        finally
        {
            await server.StartServerAsync();
        }

        await Poll.Until(() => _nodes[0].IsAlone);
        Assert.False(_nodes[0].Status.Ended.IsCompleted);
    }

    [Fact]
    public async Task Start_StoreSilent_WaitsForIt()
    {
        await server.StopAsync();
        FormationNode node;
        try
        {
            node = Start();
            await Poll.Until(() => node.Warnings.Any(static warning => warning.Contains("The node table does not answer", StringComparison.Ordinal)));
            Assert.Empty(node.Up);
        }
        finally
        {
            await server.StartServerAsync();
        }

        await node.Status.Joined.WaitAsync(Poll.Deadline);
    }

    [Fact]
    public async Task Stop_AskedToLeave_EndsWithZeroAndItsRowSaysSo()
    {
        await StartTwo();

        await _nodes[0].Stop();

        var end = await _nodes[0].Status.Ended;
        Assert.Equal((FormationEndKind.Left, 0), (end.Kind, end.ExitCode));
        Assert.Equal("left", (await Row(_nodes[0])).RemovedWhy);
        await Poll.Until(() => _nodes[1].IsAlone);
        Assert.False(_nodes[1].Status.Ended.IsCompleted);
    }

    [Fact]
    public async Task Run_RowRemoved_EndsWithThreeAndIsRefusedWhenStartedAgain()
    {
        await StartTwo();
        var removed = _nodes[1];

        var (address, uid) = (removed.Address.Address, removed.Address.Uid);
        await _database.Nodes.Remove(address.Host, address.Port!.Value, uid, "removed by the test", _nodes[0].Setup.Incarnation, default);

        await removed.System.WhenTerminated.WaitAsync(Poll.Deadline);
        var end = await removed.Status.Ended;
        Assert.Equal((FormationEndKind.Refused, 3), (end.Kind, end.ExitCode));
        Assert.Contains("removed by the test", end.Reason, StringComparison.Ordinal);
        Assert.Equal("removed by the test", (await Row(removed)).RemovedWhy);
        await Poll.Until(() => _nodes[0].IsAlone);

        // The same incarnation again: it comes into no cluster.
        var again = Start(removed.Setup.Incarnation);
        Assert.Equal(FormationEndKind.Refused, (await again.Status.Ended.WaitAsync(Poll.Deadline)).Kind);
        await again.System.WhenTerminated.WaitAsync(Poll.Deadline);
        Assert.False(again.Status.Joined.IsCompleted);
        Assert.True(_nodes[0].IsAlone);
    }

    [Fact]
    public async Task Start_AllDiedBefore_FormsTheNextCluster()
    {
        await StartTwo();
        await Task.WhenAll(_nodes[0].Kill(), _nodes[1].Kill());
        _database.Age(6);

        var node = Start();
        await Poll.Until(() => _database.Scalar<bool>("SELECT bool_or(removed_at IS NULL AND NOT is_member) FROM cluster_nodes"));
        Assert.False(node.Status.Joined.IsCompleted);

        // It has watched the store for as long as members may be silent.
        _database.Execute("UPDATE cluster_nodes SET watched_at = watched_at - interval '6 s' WHERE NOT is_member");
        await node.Status.Joined.WaitAsync(Poll.Deadline);
        Assert.Equal(2, _database.Scalar<long>("SELECT number FROM cluster_formation"));
    }

    [Fact]
    public async Task Start_Seeds_FirstOfThemFormsAndWhoDiedComesBack()
    {
        // Addresses of loopback that are this test's alone, so that their port is known before.
        var seeds = Enumerable.Range(1, 2).Select(_ => string.Create(CultureInfo.InvariantCulture, $"127.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(1, 255)}")).ToList();
        foreach (var seed in seeds)
        {
            StartSeed(seed);
        }

        Start(options: Seeded("127.0.0.1", 0));
        await Poll.Until(() => _nodes.TrueForAll(static node => node.Up.Count == 3));
        await Poll.Until(async () => (await _database.Nodes.Read(default)).Count(static row => row is { IsMember: true, Formation: null }) == 3);
        Assert.Null(_database.Scalar<long?>("SELECT number FROM cluster_formation"));

        // It founded the cluster, and finds the others in the table though Akka would have it found another.
        await _nodes[0].Kill();
        var again = StartSeed(seeds[0]);
        await Poll.Until(() => again.Up.Count == 3 && _nodes[1].Up.Count == 3);
        Assert.False(_nodes[1].Status.Ended.IsCompleted);

        FormationNode StartSeed(string host) => Start(options: Seeded(host, 4053));

        ClusterOptions Seeded(string host, int port)
        {
            var options = new ClusterOptions { Host = host, Port = port };
            seeds.ForEach(seed => options.Seeds.Add($"{seed}:4053"));
            return options;
        }
    }

    /// <summary>By the rule of the lowest address each would be the lowest of what it sees, and three would be three clusters.</summary>
    [Fact]
    public async Task Start_ApiShowsEachPodOnlyItself_AreOneCluster()
    {
        var network = string.Create(CultureInfo.InvariantCulture, $"127.{Random.Shared.Next(1, 255)}.{Random.Shared.Next(1, 255)}");
        await Task.WhenAll(Enumerable.Range(1, 3).Select(number => Task.Run(() => StartPod(number, number))));

        await Poll.Until(() => _nodes.TrueForAll(static node => node.Up.Count == 3));
        Assert.Equal(1, _database.Scalar<long>("SELECT number FROM cluster_formation"));

        // One more, whose list has a pod that is gone and itself; and one that is shown nothing but itself long after.
        await StartPod(4, 9, 4).Status.Joined.WaitAsync(Poll.Deadline);
        await _nodes[0].Kill();
        await StartPod(5, 5).Status.Joined.WaitAsync(Poll.Deadline);
        Assert.Equal(1, _database.Scalar<long>("SELECT number FROM cluster_formation"));

        FormationNode StartPod(int number, params int[] seen)
        {
            var options = new ClusterOptions { Host = $"{network}.{number}", Discovery = NodeDiscovery.Kubernetes };
            var shown = ConfigurationFactory.ParseString(
                    $$"""
                    akka.discovery.config.services.fraud.endpoints = [{{string.Join(", ", seen.Select(one => $"\"{network}.{one}:8558\""))}}]
                    akka.management.cluster.bootstrap.contact-point-discovery.discovery-method = config
                    """)
                .WithFallback(KubernetesConfig.Of(options, new KubernetesOptions()));
            return Start(options: options, more: shown);
        }
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _database.Dispose();
    }

    private FormationNode Start(string? incarnation = null, ClusterOptions? options = null, Config? more = null)
    {
        var node = new FormationNode(_database, "node", incarnation, options, more);
        lock (_nodes)
        {
            _nodes.Add(node);
        }

        return node;
    }

    private async Task StartTwo()
    {
        Start();
        Start();
        await Poll.Until(() => _nodes.TrueForAll(static node => node.Up.Count == 2));
        // Known to the store as members, so that what happens next is decided among members.
        await Poll.Until(async () => (await _database.Nodes.Read(default)).Count(static row => row.IsMember) == 2);
    }

    private async Task<NodeRow> Row(FormationNode node) =>
        (await _database.Nodes.Read(default)).Single(row => row.Node.Incarnation == node.Setup.Incarnation);
}
