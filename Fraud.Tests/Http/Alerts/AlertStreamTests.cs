using System.Net;
using Fraud.Http.Alerts;
using Fraud.Model;
using Fraud.Stream.Cases;
using Fraud.Stream.Cluster;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Http.Alerts;

[Collection(PostgresCollection.Name)]
public sealed class AlertStreamTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly FlaggingServer _flagging = new(new Dictionary<string, string?>
    {
        ["AlertStream:PollInterval"] = "00:00:00.020",
        ["AlertStream:Heartbeat"] = "00:00:00.200",
        ["AlertStream:MaxClients"] = "2",
        ["AlertStream:Capacity"] = "16",
        ["AlertStream:WriteTimeout"] = "00:00:05",
    });

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

        // A client that was told to resume does so: the node may have held fewer alerts than came at once.
        var ids = new List<string>();
        while (ids.Count < 21)
        {
            using var resumed = await EventReader.Open(Client, last);
            ids.AddRange(await resumed.Payments(21 - ids.Count));
            last = resumed.LastId;
        }

        Assert.Equal(["two", .. Enumerable.Range(0, 20).Select(static i => $"missed-{i}")], ids);
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
        var store = _flagging.Server.Services.GetRequiredService<IFraudStore>();
        var leases = new ShardLeases(10);
        leases.Hold(9, store.Claim(9, new NodeIdentity("other", "")).Generation);
        store.Commit([FromHttp(Paid("quiet", shard: 9))], leases);

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
    public async Task Stream_ClientTooSlow_IsToldToResume()
    {
        using var slow = await EventReader.Open(Client);
        await Live(1);
        // Some may be from before: by the third it reads what all share.
        await slow.Heartbeat();
        await slow.Heartbeat();
        await slow.Heartbeat();

        // Far more than sockets hold: the server's writing comes to a stand while others go on.
        var reasons = new[] { new string('x', 1_000_000) };
        var place = Feed.Window.End;
        for (var i = 0; i < 64; i++)
        {
            place++;
            Feed.Window.Add([Alert.Of(Large(place, reasons))], place);
        }

        var received = new List<(string Event, System.Text.Json.JsonElement Data)>();
        while (await slow.Next() is { } next)
        {
            received.Add(next);
        }

        Assert.Equal("resume", received[^1].Event);
        Assert.Equal("slow", received[^1].Data.GetProperty("reason").GetString());
        Assert.Equal(slow.LastId, received[^1].Data.GetProperty("last_event_id").GetRawText());
        Assert.InRange(received.Count, 1, 63);
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

    [Fact]
    public async Task Stream_AlertsOfAnotherNode_ArriveAsWell()
    {
        var database = postgres.CreateDatabase();
        var shared = new FlaggingServer(new Dictionary<string, string?>
        {
            ["Storage:Kind"] = "Postgres",
            ["Storage:Postgres"] = database,
            ["AlertStream:PollInterval"] = "00:00:00.020",
        });
        await shared.InitializeAsync();
        try
        {
            using var other = StoreFactory.Create(
                new StorageOptions { Kind = StoreKind.Postgres, Postgres = database }, "transactions", TimeProvider.System);
            other.Open();
            var leases = new ShardLeases(10);
            leases.Hold(9, other.Claim(9, new NodeIdentity("other", "")).Generation);
            using var events = await EventReader.Open(shared.Server.Client);
            await Poll.Until(() => shared.Server.Services.GetRequiredService<AlertFeed>().Window.End >= 0);

            other.Commit([FromHttp(Paid("elsewhere", decision: Decision.Block, shard: 9))], leases);
            Assert.Equal(["elsewhere"], await events.Payments(1));
            await shared.Pay("here");
            Assert.Equal(["here"], await events.Payments(1));
        }
        finally
        {
            await shared.DisposeAsync();
        }
    }

    /// <summary>The feed follows the store from here on.</summary>
    private Task Live(int clients) => Poll.Until(() => Feed.Clients == clients && Feed.Window.End >= 0);

    private static FlaggedPayment Large(long position, string[] reasons) => new(
        position, $"large-{position}", "card", "terminal", 1, "EUR", 0, "", 0.9f, Decision.Block, reasons, "m", "1", 0, CaseState.New);
}
