using System.Text.Json;
using Confluent.Kafka;
using Fraud.Http.Cluster;
using Fraud.Stream.Keys;
using Fraud.Tests.Http.Security;
using Fraud.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Fraud.Tests.Http.Cluster;

/// <summary>The cluster page in a real browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ClusterBrowserTests(Browser browser, ServerFixture server) : IClassFixture<ServerFixture>
{
    private const int Shards = 6;

    private Uri Origin => server.Client.BaseAddress!;

    [Fact]
    public Task Page_RecordsComeIn_ShowsNodeShardsAndOffsetsWithoutAReload() => browser.Visit(Origin, async page =>
    {
        await page.GotoAsync("/cluster/page");
        await Expect(Verdict(page)).ToHaveTextAsync("6 of 6 shards open. Lag 0.");
        await Expect(Verdict(page)).ToHaveClassAsync("good");
        await Expect(page.Locator("#about")).ToHaveTextAsync("1 node, results in sqlite");
        var node = page.Locator("#nodes tr");
        await Expect(node).ToHaveCountAsync(1);
        await Expect(node).ToContainTextAsync("(this one)");
        await Expect(node).ToContainTextAsync("6 of 6");
        await Expect(node).ToContainTextAsync(Origin.ToString().TrimEnd('/'));
        await Expect(page.Locator("#shards tr")).ToHaveCountAsync(Shards);
        await Expect(page.Locator("#shards .state")).ToHaveTextAsync(Enumerable.Repeat("open", Shards));
        await Expect(page.Locator("#history .state")).ToHaveTextAsync(Enumerable.Repeat("claimed", Shards));

        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = server.Kafka }).Build();
        await producer.ProduceAsync(new TopicPartition("transactions", 3), new Message<byte[], byte[]>
        {
            Key = "card"u8.ToArray(),
            Value = """{"transaction_id":"page-1","card_id":"secret-card","terminal_id":"t","amount":1}"""u8.ToArray(),
        });

        await Expect(Cell(page, 3, "Next offset")).ToHaveTextAsync("1");
        await Expect(Cell(page, 3, "Lag")).ToHaveTextAsync("0");
        await Expect(Cell(page, 3, "Cards")).ToHaveTextAsync("1");
        await Expect(Cell(page, 2, "Next offset")).Not.ToHaveTextAsync("1");
        await Expect(page.Locator("#live")).ToContainTextAsync("live");
        Assert.DoesNotContain("secret-card", await page.ContentAsync(), StringComparison.Ordinal);
    });

    [Fact]
    public Task Page_NodeGoesAndComesBack_SaysSince() => browser.Visit(Origin, async page =>
    {
        await page.GotoAsync("/cluster/page");
        await Expect(Verdict(page)).ToHaveClassAsync("good");

        await page.RouteAsync("**/cluster", static route => route.AbortAsync("connectionrefused"));
        await Expect(page.Locator("#live")).ToContainTextAsync("this node does not answer; shown is");
        await Expect(page.Locator("#live")).ToHaveClassAsync("stale");

        await page.UnrouteAsync("**/cluster");
        await Expect(page.Locator("#live")).ToContainTextAsync("live,");
    });

    [Fact]
    public Task Page_ShardsInTrouble_SaysWhichAndHowMuchWaits() => browser.Visit(Origin, async page =>
    {
        await Show(page, Trouble);

        await Expect(Verdict(page)).ToHaveTextAsync("1 of 5 shards open; 2 shards without a node that answers; 1 recovering; 1 changing hands. Lag 12,345.");
        await Expect(Verdict(page)).ToHaveClassAsync("bad");
        await Expect(page.Locator("#shards .state")).ToHaveTextAsync(["open", "recovering", "nobody", "no answer", "not served"]);
        await Expect(page.Locator("#nodes .state")).ToHaveTextAsync(["no answer", "running"]);
        await Expect(Cell(page, 1, "To replay")).ToHaveTextAsync("93");
        await Expect(page.Locator("#nodes tr").Nth(0).Locator("td:nth-child(3)")).ToHaveTextAsync("unreachable");
        await Expect(page.Locator("#nodes tr").Nth(1).Locator("td:nth-child(3)")).ToHaveTextAsync("up, leader, coordinator");
        await Expect(page.Locator("#history .state")).ToHaveTextAsync(["claimed", "released", "overtaken"]);
        await Expect(page.Locator("#history tr").Nth(1)).ToContainTextAsync("8.000 s");
        await Expect(page.Locator("#history tr").Nth(1)).ToContainTextAsync("not all was stored in time");
        // Names come from the store.
        await Expect(page.Locator("#nodes")).ToContainTextAsync("<img src=x>");
        await Expect(page.Locator("#history")).ToContainTextAsync("<img src=x>");
        await Expect(page.Locator("img")).ToHaveCountAsync(0);
    });

    [Fact]
    public Task Phone_TablesWider_ScrollByThemselves() => browser.Visit(
        Origin,
        async page =>
        {
            await Show(page, Trouble);

            await Expect(page.Locator("#shards tr")).ToHaveCountAsync(Trouble.Shards.Count);
            Assert.Equal(0, await page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        },
        Browser.Phone,
        dark: true);

    private static ClusterReport Trouble { get; } = new(
        DateTimeOffset.UnixEpoch,
        "postgres",
        null,
        12_345,
        [
            new(0, ShardState.Open, "node-a", "http://10.0.0.1:9000", 4, 120, 110, 5_000, 0, 812, 30),
            new(1, ShardState.Recovering, "node-a", "http://10.0.0.1:9000", 5, 193, 100, 4_000, 345, 12, 0),
            new(2, ShardState.Nobody, "", "", 3, 50, 50, null, 2_000, null, null),
            new(3, ShardState.NoAnswer, "<img src=x>", "http://10.0.0.2:9000", 2, 70, 60, 7_000, 5_000, null, null),
            new(4, ShardState.NotServed, "node-a", "http://10.0.0.1:9000", 9, 80, 80, 9_000, 5_000, null, null),
        ],
        [
            new("<img src=x>", "http://10.0.0.2:9000", [], false, "no answer", "unreachable", false, false, "", "", 1, 0, null),
            new("node-a", "http://10.0.0.1:9000", ["http://10.0.0.1:8080"], true, "running", "up", true, true, "connected", "payments 3", 3, 1, 4_000),
        ],
        [
            new(DateTimeOffset.UnixEpoch, 1, "claimed", 5, "node-a", null, 1.25, 812),
            new(DateTimeOffset.UnixEpoch, 2, "released", 3, "<img src=x>", "drain_limit", 8, null),
            new(DateTimeOffset.UnixEpoch, 4, "overtaken", 8, "<img src=x>", null, 7_200, null),
        ]);

    private static ILocator Verdict(IPage page) => page.Locator("#verdict");

    private static async Task Show(IPage page, ClusterReport report)
    {
        await page.RouteAsync("**/cluster", route => route.FulfillAsync(new RouteFulfillOptions
        {
            ContentType = "application/json",
            Body = JsonSerializer.Serialize(report, ClusterReport.Json),
        }));
        await page.GotoAsync("/cluster/page");
    }

    /// <summary>What is under a heading in a shard's row.</summary>
    private static ILocator Cell(IPage page, int shard, string heading) => page.Locator("#shards tr").Nth(shard)
        .Locator($"td:nth-child({1 + Array.IndexOf(Headings, heading)})");

    private static readonly string[] Headings =
        ["Shard", "State", "Owner", "Generation", "Lag", "Next offset", "Journal", "To replay", "Cards", "In store"];
}

/// <summary>The same page where the service wants a key.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ClusterKeyBrowserTests(Browser browser, SecuredServer secured) : IClassFixture<SecuredServer>
{
    [Fact]
    public Task Page_ServiceWantsAKey_AsksForItAndKeepsItInMemoryOnly() => browser.Visit(secured.Server.Client.BaseAddress!, async page =>
    {
        var key = await secured.Key(Scopes.Analyst);
        await page.GotoAsync("/cluster/page");
        var field = page.GetByLabel("This needs a key with scope analyst");
        await Expect(field).ToBeVisibleAsync();

        await field.FillAsync(key);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show" }).ClickAsync();

        await Expect(page.Locator("#verdict")).ToHaveTextAsync("6 of 6 shards open. Lag 0.");
        await Expect(field).ToBeHiddenAsync();
        Assert.True(await page.EvaluateAsync<bool>("sessionStorage.length === 0 && localStorage.length === 0 && document.cookie === ''"));
    });
}
