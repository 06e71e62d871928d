using System.Net;
using Fraud.Http.Alerts;
using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Http.Alerts;

public sealed class AlertStreamTests : IAsyncLifetime
{
    private readonly FlaggingServer _flagging = new(new Dictionary<string, string?>
    {
        ["AlertStream:PollInterval"] = "00:00:00.020",
        ["AlertStream:Heartbeat"] = "00:00:00.200",
        ["AlertStream:MaxClients"] = "2",
        ["AlertStream:Capacity"] = "16",
        // Longer than it takes to store what a slow client does not read.
        ["AlertStream:WriteTimeout"] = "00:00:30",
    });

    private OwnedShards? _owned;

    private HttpClient Client => _flagging.Server.Client;

    private AlertFeed Feed => _flagging.Server.Services.GetRequiredService<AlertFeed>();

    public Task InitializeAsync() => _flagging.InitializeAsync();

    public Task DisposeAsync() => _flagging.DisposeAsync();

    [Fact]
    public async Task Stream_DroppedAndResumed_LeavesNoAlertOut()
    {
        await _flagging.Pay("before");
        string last;
        using (var events = await EventReader.Open(Client))
        {
            await Live(1);
            await _flagging.Pay("one");
            await _flagging.Pay("two");
            var first = (await events.Next())!.Value;
            Assert.Equal(("alert", "one"), (first.Event, first.Data.GetProperty("transaction_id").GetString()));
            Assert.Equal("alert-one", first.Data.GetProperty("alert_id").GetString());
            Assert.Equal("****_one", first.Data.GetProperty("card_id").GetString());
            last = events.LastId;
        }

        // More than the node holds in memory: the store has them.
        await Poll.Until(() => Feed.Clients == 0);
        for (var i = 0; i < 20; i++)
        {
            await _flagging.Pay($"missed-{i}");
        }

        using (var resumed = await EventReader.Open(Client, last))
        {
            Assert.Equal(["two", .. Enumerable.Range(0, 20).Select(static i => $"missed-{i}")], await resumed.Payments(21));
            last = resumed.LastId;
        }

        using var live = await EventReader.Open(Client, last);
        await Live(1);
        await _flagging.Pay("live");
        Assert.Equal(["live"], await live.Payments(1));
    }

    [Fact]
    public async Task Stream_Quiet_SendsHeartbeatsThatMoveTheIdOn()
    {
        using var events = await EventReader.Open(Client);
        await events.Heartbeat();
        var first = events.LastId;
        Assert.True(long.TryParse(first, out _));
        // Stored and not flagged: nothing to tell, yet the place moves on.
        Store(Paid("quiet", shard: 9));

        await Poll.Until(() => Feed.Window.End > long.Parse(first, System.Globalization.CultureInfo.InvariantCulture));
        await events.Heartbeat();
        await events.Heartbeat();
        Assert.NotEqual(first, events.LastId);
    }

    [Fact]
    public async Task Stream_MoreClientsThanAllowed_Is503UntilOneLeaves()
    {
        using var one = await EventReader.Open(Client);
        using (var two = await EventReader.Open(Client))
        {
            using var three = await Client.GetAsync(new Uri("/api/v1/alerts/stream", UriKind.Relative));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, three.StatusCode);
            Assert.NotNull(three.Headers.RetryAfter);
            Assert.Equal(HttpStatusCode.OK, two.Status);
        }

        await Poll.Until(() => Feed.Clients == 1);
        using var again = await EventReader.Open(Client);
        Assert.Equal(HttpStatusCode.OK, again.Status);
    }

    [Fact]
    public async Task Stream_IdOfAnotherStore_TellsOfTheGapAndGoesOn()
    {
        using var events = await EventReader.Open(Client, "999999999");
        Assert.Equal("gap", (await events.Next())!.Value.Event);
        await Live(1);
        await _flagging.Pay("after-gap");
        Assert.Equal(["after-gap"], await events.Payments(1));

        using var wrong = await EventReader.Open(Client, "x");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
    }

    [Fact]
    public async Task Stream_MoreAtOnceThanTheNodeHolds_ComesWithoutABreak()
    {
        using var events = await EventReader.Open(Client);
        await Live(1);
        // Some may be from before: by the third it reads what all share.
        await events.Heartbeat();
        await events.Heartbeat();
        await events.Heartbeat();

        // One commit and so one look of the feed: two and a half times what is held.
        var place = Store([.. Enumerable.Range(0, 40).Select(static i => Flagged($"burst-{i}", "r"))]);

        Assert.Equal(Enumerable.Range(0, 40).Select(static i => $"burst-{i}"), await events.Payments(40));
        Assert.True(Feed.Window.End >= place);
    }

    [Fact]
    public async Task Stream_ClientSlowerThanAlerts_ReadsOnFromTheStore()
    {
        using var slow = await EventReader.Open(Client);
        await Live(1);
        await slow.Heartbeat();
        await slow.Heartbeat();
        await slow.Heartbeat();

        // Far more than sockets hold: the server's writing comes to a stand while the feed goes on.
        var reason = new string('x', 500_000);
        for (var i = 0; i < 48; i++)
        {
            var place = Store([Flagged($"large-{i}", reason)]);
            await Poll.Until(() => Feed.Window.End >= place);
        }

        Assert.Equal(Enumerable.Range(0, 48).Select(static i => $"large-{i}"), await slow.Payments(48));
        await _flagging.Pay("and on");
        Assert.Equal(["and on"], await slow.Payments(1));
    }

    [Fact]
    public async Task Stream_ServiceStops_IsToldToResume()
    {
        using var events = await EventReader.Open(Client);
        await Live(1);

        _flagging.Server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        var last = (await events.Next())!.Value;
        Assert.Equal(("resume", "stopping"), (last.Event, last.Data.GetProperty("reason").GetString()));
        Assert.Null(await events.Next());
    }

    /// <summary>The feed follows the store from here on.</summary>
    private Task Live(int clients) => Poll.Until(() => Feed.Clients == clients && Feed.Window.End >= 0);

    /// <summary>Stores payments in one commit, as another node would; returns where alerts end then.</summary>
    private long Store(params Payment[] payments)
    {
        var store = _flagging.Server.Services.GetRequiredService<IFraudStore>();
        _owned ??= new OwnedShards(store, 10).Claim(9, "other");
        _owned.Commit(FromHttp(payments));
        return store.Cases.AlertHead();
    }

    private static Payment Flagged(string id, string reason) => Paid(id, decision: Decision.Block, reasons: [reason], shard: 9);
}
