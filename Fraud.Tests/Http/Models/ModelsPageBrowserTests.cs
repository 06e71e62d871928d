using System.Text.Json.Nodes;
using Fraud.Stream.Keys;
using Fraud.Stream.Registry;
using Fraud.Tests.Http.Security;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Fraud.Tests.Http.Models;

/// <summary>The page of models in a real browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ModelsPageBrowserTests(Browser browser) : IAsyncLifetime
{
    private readonly ModelVersions _newer = new();
    private readonly ServerFixture _server = new(new Dictionary<string, string?>
    {
        ["Security:KeyRefresh"] = "00:00:00.050",
        ["Scoring:ModelPollInterval"] = "00:00:00.100",
    });

    private ModelRegistry Registry => _server.Services.GetRequiredService<ModelRegistry>();

    public async Task InitializeAsync()
    {
        await _server.InitializeAsync();
        var folder = _newer.Add(2);
        var file = Path.Combine(folder, "manifest.json");
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        manifest["metrics"]!["average_precision"] = 0.8124;
        manifest["metrics"]!["calibration_error"] = 0.25;
        await File.WriteAllTextAsync(file, manifest.ToJsonString());
        Registry.Register(folder, new VersionOrigin("a retraining"));
        // Nodes register what they were shipped with behind their start.
        await Poll.Until(() => Registry.List("payments").Count == 2);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _newer.Dispose();
    }

    [Fact]
    public Task Versions_TwoCompared_ShowWhichIsBetterAtWhat() => browser.Visit(_server.Client.BaseAddress!, async page =>
    {
        await SignIn(page, await Key(Scopes.Analyst));
        await Expect(Row(page, "1")).ToContainTextAsync("champion");
        await Expect(Row(page, "2")).ToContainTextAsync("a retraining");
        await Expect(page.Locator("#served")).ToHaveTextAsync("version 1 decides");
        await Expect(page.Locator("#comparison")).ToBeHiddenAsync();

        await page.GetByLabel("Compare version 1").CheckAsync();
        await page.GetByLabel("Compare version 2").CheckAsync();

        await Expect(page.Locator("#comparison-title")).ToHaveTextAsync("Version 1 and version 2");
        await Expect(Measure(page, "average precision")).ToHaveTextAsync("average precision0.79710.8124+0.0153");
        await Expect(Measure(page, "average precision").Locator(".better")).ToHaveTextAsync("+0.0153");
        // More of an error is not better.
        await Expect(Measure(page, "calibration error").Locator(".better")).ToHaveCountAsync(0);
        await Expect(page.Locator("#unlike")).ToBeHiddenAsync();
        await Expect(page.Locator("#live-comparison")).ToContainTextAsync("alias shadow");
    });

    [Fact]
    public Task SetInProduction_KeyOfAnAnalyst_IsToldWhatIsMissing() => browser.Visit(_server.Client.BaseAddress!, async page =>
    {
        await SignIn(page, await Key(Scopes.Analyst));

        await Promote(page, "2", "better on last month");

        await Expect(page.Locator("#promotion-problem")).ToContainTextAsync("admin");
        await Expect(page.Locator("#sign-in")).ToBeHiddenAsync();
        Assert.Null(Registry.Production("payments"));
    });

    [Fact]
    public Task SetInProduction_KeyOfAnAdmin_EveryPaymentIsScoredByItAndTheReasonIsKept() => browser.Visit(
        _server.Client.BaseAddress!,
        async page =>
        {
            await SignIn(page, await Key(Scopes.Analyst | Scopes.Admin | Scopes.Score));

            await Promote(page, "2", "better on last month");

            await Expect(Row(page, "2")).ToContainTextAsync("Production");
            await Expect(page.Locator("#served")).ToHaveTextAsync("version 2 decides");
            await Expect(page.GetByLabel("Set version 2 in Production")).ToHaveCountAsync(0);
            Assert.Equal("2", Registry.Production("payments")?.Version);
            Assert.Equal("better on last month", Registry.History("payments")[0].Reason);
        },
        Browser.Phone,
        dark: true);

    private static ILocator Row(IPage page, string version) => page.Locator($"#versions tr[data-version='{version}']");

    private static ILocator Measure(IPage page, string name) =>
        page.Locator("#measures tbody tr").Filter(new LocatorFilterOptions { HasText = name });

    private static async Task SignIn(IPage page, string key)
    {
        await page.GotoAsync("/models");
        await page.Locator("#credential").FillAsync(key);
        await page.Locator("#sign-in").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Sign in" }).ClickAsync();
        await Expect(page.Locator("#versions tbody tr")).ToHaveCountAsync(2);
    }

    private static async Task Promote(IPage page, string version, string reason)
    {
        await page.GetByLabel($"Set version {version} in Production").ClickAsync();
        await page.Locator("#promotion-reason").FillAsync(reason);
        await page.Locator("#promotion").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Set in Production" }).ClickAsync();
    }

    private Task<string> Key(Scopes scopes) => SecuredServer.Key(_server.Services, scopes);
}
