using System.Text;
using Fraud.Model;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Stream.Storage;

public abstract partial class FraudStoreContract
{
    private const string Unsent = """
        INSERT INTO outbox (shard, kind, source, key, value, headers, sent) VALUES
            (0, 1, 'alert-sent', '', '', '{}', {0}),
            (3, 2, 'transactions-3-9', '', '', '{"reason":"invalid_json"}', {1}),
            (0, 1, 'alert-a', '', '', '{"alert_id":"alert-a"}', {1}),
            (1, 1, 'alert-b', '', '', '{"alert_id":"alert-b"}', {1})
        """;

    [Fact]
    public void EarlierOutbox_StoreOfToday_HasNone()
    {
        Assert.False(Store.EarlierOutbox.Exists());

        Commit([FromKafka(0, Paid("a", offset: 1, decision: Decision.Block), Undecodable(0, 2))]);

        Assert.False(Store.EarlierOutbox.Exists());
    }

    [Fact]
    public void Open_TablesWithUnsentRecords_KeepsThemUntilTheyAreRemovedAndBeginsAlertsBehindTheRows()
    {
        Commit([FromKafka(3, Paid("a", offset: 7)), FromHttp(Paid("b"))]);
        Commit([FromKafka(3, Paid("c", offset: 8))]);
        Execute(WithOutbox() + ";" + Unsent.Replace("{0}", Yes, StringComparison.Ordinal).Replace("{1}", No, StringComparison.Ordinal));

        using var upgraded = Reopen();

        Assert.Equal([(0, 1L), (3, 2L)], upgraded.Positions.Read("alerts").Select(static each => (each.Key, each.Value)).Order());
        var outbox = upgraded.EarlierOutbox;
        Assert.True(outbox.Exists());
        var mine = outbox.Read([0, 3], 10);
        Assert.Equal([("reason", false), ("alert_id", true)], mine.Select(static record => (record.Headers[0].Key, record.IsAlert)));
        Assert.Equal(mine[0].Id, Assert.Single(outbox.Read([0, 3], 1)).Id);
        Assert.Empty(outbox.Read([], 10));

        outbox.Remove([.. mine.Select(static record => record.Id)]);
        Assert.True(outbox.Exists());
        Assert.Empty(outbox.Read([0, 3], 10));
        outbox.Remove([.. outbox.Read([1], 10).Select(static record => record.Id)]);
        Assert.False(outbox.Exists());
        using var again = Reopen();
        Assert.False(again.EarlierOutbox.Exists());
    }

    [Fact]
    public void Open_TablesOfWhichAllWasSent_RemovesTheOutbox()
    {
        Commit([FromHttp(Paid("a"))]);
        Execute(WithOutbox() + ";" + Unsent.Replace("{0}", Yes, StringComparison.Ordinal).Replace("{1}", Yes, StringComparison.Ordinal));

        using var upgraded = Reopen();

        Assert.False(upgraded.EarlierOutbox.Exists());
        Assert.Equal(1, upgraded.Count().Results);
    }

    /// <summary>What a boolean is in SQL.</summary>
    protected virtual string Yes => "true";

    protected virtual string No => "false";
}
