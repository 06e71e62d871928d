using Fraud.Stream.Formation;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using Npgsql;

namespace Fraud.Tests.Stream.Formation;

/// <summary>Who forms a cluster, who joins, who is refused (rules 8 and 24 of docs/decisions/0011). Time passes in the database.</summary>
[Collection(FormationTablesCollection.Name)]
public sealed class NodeTableTests(PostgresServer server) : IDisposable
{
    private readonly FormationDatabase _database = new(server);

    private NodeTable Nodes => _database.Nodes;

    [Fact]
    public async Task Ask_MayNotForm_WaitsUntilAMemberIsLive()
    {
        var waiting = FormationDatabase.Node(1);
        Assert.Equal(new JoinAnswer.Wait(), await Nodes.Ask(waiting, mayForm: false, default));
        var founder = FormationDatabase.Node(2);
        Assert.Equal(new JoinAnswer.Form(1), await Nodes.Ask(founder, default));

        Assert.Equal([founder], Assert.IsType<JoinAnswer.Join>(await Nodes.Ask(waiting, mayForm: false, default)).Members);
        Assert.Equal(1, (await Nodes.Read(default)).Single(row => row.Node == waiting).Formation);
    }

    [Fact]
    public async Task Ask_ManyAtOnce_OneForms()
    {
        var nodes = Enumerable.Range(1, 12).Select(static port => FormationDatabase.Node(port)).ToList();

        var answers = await Task.WhenAll(nodes.Select(node => Nodes.Ask(node, default)));

        var founder = nodes[Array.FindIndex(answers, static answer => answer is JoinAnswer.Form)];
        Assert.Single(answers, static answer => answer is JoinAnswer.Form);
        Assert.All(answers.OfType<JoinAnswer.Join>(), join => Assert.Equal([founder], join.Members));
        Assert.Equal(11, answers.OfType<JoinAnswer.Join>().Count());
    }

    /// <summary>Rule 24: one at a time decides, however the statements of two would meet.</summary>
    [Fact]
    public async Task AskAndRemove_AnotherDecides_WaitForIt()
    {
        var (removed, remover) = (FormationDatabase.Node(1), FormationDatabase.Node(2));
        await Nodes.Find(removed, default);
        await Nodes.Find(remover, default);
        await using var another = _database.Connect();
        Run($"SELECT pg_advisory_lock({PostgresSession.FormationLock})");

        var asking = Nodes.Ask(FormationDatabase.Node(3), default);
        var removing = Nodes.Remove(removed.Host, removed.Port, removed.Uid, "downed", remover.Incarnation, default);
        await Poll.Until(() => asking.IsCompleted || removing.IsCompleted
            || _database.Scalar<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == 2);
        Assert.False(asking.IsCompleted || removing.IsCompleted);
        Run($"SELECT pg_advisory_unlock({PostgresSession.FormationLock})");

        Assert.IsType<JoinAnswer.Form>(await asking);
        Assert.True(await removing);

        void Run(string sql)
        {
            using var command = new NpgsqlCommand(sql, another);
            command.ExecuteNonQuery();
        }
    }

    [Fact]
    public async Task Ask_FounderAsksAgain_GetsTheSameAnswer()
    {
        var founder = FormationDatabase.Node(1);
        await Nodes.Ask(founder, default);
        await Nodes.Ask(FormationDatabase.Node(2), default);

        Assert.Equal(new JoinAnswer.Form(1), await Nodes.Ask(founder, default));
    }

    [Fact]
    public async Task Ask_FounderSilentBeforeOthersJoined_AnotherForms()
    {
        var founder = FormationDatabase.Node(1);
        var second = FormationDatabase.Node(2);
        await Nodes.Ask(founder, default);
        await Nodes.Ask(second, default);
        _database.Age(3);
        await Nodes.Ask(second, default);
        _database.Age(3);

        // Its heartbeats came all along while the founder's did not: it is the founder that is silent, not the store.
        Assert.Equal(new JoinAnswer.Form(2), await Nodes.Ask(second, default));
        Assert.Equal("silent when cluster 2 was formed", _database.WhyRemoved(founder));
        Assert.False(await Nodes.Beat(founder, default));
    }

    [Fact]
    public async Task Ask_StoreWasSilentForAll_WaitsForMembersBeforeItForms()
    {
        var member = FormationDatabase.Node(1);
        var starting = FormationDatabase.Node(2);
        await Nodes.Ask(member, default);
        await Nodes.Ask(starting, default);
        _database.Age(60);

        Assert.Equal(new JoinAnswer.Wait(), await Nodes.Ask(starting, default));
        Assert.True(await Nodes.Beat(member, default));
        Assert.IsType<JoinAnswer.Join>(await Nodes.Ask(starting, default));
    }

    [Fact]
    public async Task Ask_NoMemberWasEver_FormsAtOnceThoughOthersTry()
    {
        var trying = FormationDatabase.Node(1);
        await Nodes.Find(trying, default);

        Assert.IsType<JoinAnswer.Form>(await Nodes.Ask(FormationDatabase.Node(2), default));
        Assert.True((await Nodes.Read(default)).Single(row => row.Node == trying).IsLive);
    }

    [Fact]
    public async Task Ask_AddressOfAnEarlierProcess_RemovesIt()
    {
        var before = FormationDatabase.Node(1, uid: 1);
        var after = FormationDatabase.Node(1, uid: 2);
        await Nodes.Ask(before, default);

        Assert.Equal(new JoinAnswer.Form(2), await Nodes.Ask(after, default));
        Assert.False(await Nodes.Beat(before, default));
    }

    [Fact]
    public async Task Find_AsMembersComeAndGo_NamesThoseThatLive()
    {
        var (member, node) = (FormationDatabase.Node(1), FormationDatabase.Node(2));
        Assert.IsType<JoinAnswer.Wait>(await Nodes.Find(node, default));
        // A process that had the node's address before, and died a moment ago.
        var before = FormationDatabase.Node(2, uid: 1);
        await Nodes.Find(before, default);
        await Nodes.Beat(before, default);
        Assert.IsType<JoinAnswer.Wait>(await Nodes.Find(node, default));

        await Nodes.Find(member, default);
        await Nodes.Beat(member, default);
        Assert.Equal([member], Assert.IsType<JoinAnswer.Join>(await Nodes.Find(node, default)).Members);
        Assert.Equal(0, _database.Scalar<long>("SELECT count(*) FROM cluster_formation"));

        _database.Age(6);
        Assert.IsType<JoinAnswer.Wait>(await Nodes.Find(node, default));
        await Nodes.Leave(node.Incarnation, "left", default);
        Assert.Equal(new JoinAnswer.Refused("left"), await Nodes.Find(node, default));
    }

    [Fact]
    public async Task Ask_RemovedIncarnation_IsRefused()
    {
        var node = FormationDatabase.Node(1);
        await Nodes.Ask(node, default);
        await Nodes.Leave(node.Incarnation, "left", default);

        Assert.Equal(new JoinAnswer.Refused("left"), await Nodes.Ask(node, default));
        Assert.IsType<JoinAnswer.Refused>(await Nodes.Find(node, default));
        Assert.False(await Nodes.Beat(node, default));
    }

    [Fact]
    public async Task Beat_BecameMemberOfASupersededCluster_IsRefused()
    {
        var founder = FormationDatabase.Node(1);
        var late = FormationDatabase.Node(2);
        await Nodes.Ask(founder, default);
        await Nodes.Ask(late, default);
        _database.Age(6);
        // Two questions, a life apart: the second forms cluster 2.
        var next = FormationDatabase.Node(3);
        await Nodes.Ask(next, default);
        _database.Age(3);
        await Nodes.Ask(next, default);
        _database.Age(3);
        Assert.Equal(new JoinAnswer.Form(2), await Nodes.Ask(next, default));

        // The first founder's cluster, cut off from the store, welcomed it meanwhile.
        Assert.False(await Nodes.Beat(late, default));
        Assert.Equal("superseded by a later cluster", await Nodes.WhyRefused(late.Incarnation, default));
        Assert.True(await Nodes.Beat(next, default));
    }

    [Fact]
    public async Task Beat_FormedWithoutTheTable_IsAcceptedUntilItIsRemoved()
    {
        var node = FormationDatabase.Node(1);
        await Nodes.Find(node, default);

        Assert.True(await Nodes.Beat(node, default));
        await Nodes.Leave(node.Incarnation, "left", default);
        Assert.False(await Nodes.Beat(node, default));
    }

    [Fact]
    public async Task Remove_TwoRemoveEachOther_OneStays()
    {
        for (var round = 0; round < 8; round++)
        {
            var one = FormationDatabase.Node(2 * round);
            var two = FormationDatabase.Node((2 * round) + 1);
            await Nodes.Find(one, default);
            await Nodes.Find(two, default);

            var removed = await Task.WhenAll(
                Nodes.Remove(two.Host, two.Port, two.Uid, "downed", one.Incarnation, default),
                Nodes.Remove(one.Host, one.Port, one.Uid, "downed", two.Incarnation, default));

            Assert.Single(removed, static done => done);
        }
    }

    [Fact]
    public async Task Remove_LaterProcessAtTheAddress_StaysIn()
    {
        var remover = FormationDatabase.Node(1);
        var after = FormationDatabase.Node(2, uid: 2);
        await Nodes.Find(remover, default);
        await Nodes.Find(after, default);

        Assert.False(await Nodes.Remove(after.Host, after.Port, uid: 1, "downed", remover.Incarnation, default));
        Assert.IsType<JoinAnswer.Wait>(await Nodes.Find(after, default));
    }

    [Fact]
    public async Task Read_RowsOfAnyState_TellsThemApart()
    {
        var founder = FormationDatabase.Node(1) with { HttpAddress = "http://127.0.0.1:8000" };
        await Nodes.Ask(founder, default);
        await Nodes.Find(FormationDatabase.Node(2), default);
        _database.Age(6);
        var left = FormationDatabase.Node(3);
        await Nodes.Find(left, default);
        await Nodes.Leave(left.Incarnation, "left", default);
        await Nodes.Beat(founder, default);

        var rows = await Nodes.Read(default);

        Assert.Equal([true, false, false], rows.Select(static row => row.IsLive));
        Assert.Equal([true, false, false], rows.Select(static row => row.IsMember));
        Assert.Equal([1, null, null], rows.Select(static row => row.Formation));
        Assert.Equal([null, null, "left"], rows.Select(static row => row.RemovedWhy));
        Assert.Equal(founder, rows[0].Node);
    }

    public void Dispose() => _database.Dispose();
}
