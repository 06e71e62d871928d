using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fraud.Http;
using Fraud.Stream.Audit;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Fraud.Tests.Http.Security.Oidc;

/// <summary>Sign-in of people by an identity provider, request by request.</summary>
[Collection(SignInCollection.Name)]
public sealed class SignInTests(SignInServer server) : IAsyncLifetime
{
    private static readonly (string, string) Own = ("Sec-Fetch-Site", "same-origin");

    public Task InitializeAsync()
    {
        (server.Provider.Person, server.Provider.Roles, server.Provider.Forge) = ("ann", ["fraud-desk"], static _ => { });
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task SignIn_KnownRole_IsASessionWithItsScopeAndRecorded()
    {
        using var browser = new BrowserByHand(server.Review.Origin);
        Assert.Equal(HttpStatusCode.Unauthorized, await browser.Status(HttpMethod.Get, "/api/v1/anomalies", Own));

        var (to, cookie) = await browser.SignIn();

        Assert.Equal("/review", to);
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; path=/", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("ann", cookie, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await browser.Status(HttpMethod.Get, "/api/v1/anomalies", Own));
        Assert.Equal(HttpStatusCode.Forbidden, await browser.Status(HttpMethod.Get, "/api/v1/audit", Own));
        Assert.Equal(HttpStatusCode.Forbidden, await browser.Status(HttpMethod.Get, "/metrics", Own));
        using var told = await browser.Send(HttpMethod.Get, "/review/session", Own);
        var session = await told.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("person id-of-ann (ann)", session.GetProperty("name").GetString());
        Assert.Equal("analyst", Assert.Single(session.GetProperty("scopes").EnumerateArray()).GetString());

        Assert.Equal(HttpStatusCode.OK, await browser.Status(HttpMethod.Put, "/api/v1/anomalies/order-1001", Own));
        var changed = (await server.Review.Case("order-1001")).GetProperty("history").EnumerateArray().Last();
        Assert.Equal("person id-of-ann (ann)", changed.GetProperty("by").GetString());
        Assert.Contains(Entries(), static entry => entry is { Actor: "person id-of-ann (ann)", Action: "signed in" });
        Assert.Contains(Entries(), static entry => entry is { Actor: "person id-of-ann (ann)", Subject: "order-1001" });
        Assert.Empty(server.Provider.Mistakes);
    }

    [Theory]
    [InlineData("PUT", "Sec-Fetch-Site", "cross-site")]
    [InlineData("PUT", "Sec-Fetch-Site", "same-site")]
    [InlineData("PUT", "Sec-Fetch-Site", "none")]
    [InlineData("PUT", "Origin", "https://page.example")]
    [InlineData("PUT", "Origin", "null")]
    [InlineData("PUT", "Accept", "*/*")]
    [InlineData("GET", "Sec-Fetch-Site", "cross-site")]
    [InlineData("GET", "Sec-Fetch-Site", "same-site")]
    public async Task Cookie_FromAnotherPage_CountsForNothing(string method, string name, string value)
    {
        using var browser = new BrowserByHand(server.Review.Origin);
        await browser.SignIn();

        Assert.Equal(HttpStatusCode.Unauthorized, await browser.Status(new HttpMethod(method), "/api/v1/anomalies/order-1002", (name, value)));
        using var end = await browser.Send(HttpMethod.Delete, "/review/session", (name, value));
        Assert.NotNull(browser.Session);

        Assert.Equal(HttpStatusCode.OK, await browser.Status(HttpMethod.Put, "/api/v1/anomalies/order-1002", ("Origin", server.Review.Origin.ToString().TrimEnd('/'))));
    }

    [Fact]
    public async Task SignIn_UnknownRole_EndsAtThePageAndIsCounted()
    {
        server.Provider.Person = "eve";
        server.Provider.Roles = ["canteen", "admin", "analyst"];
        using var browser = new BrowserByHand(server.Review.Origin);

        var (to, _) = await browser.SignIn();

        Assert.Equal("/review#refused", to);
        Assert.Null(browser.Session);
        await Poll.Until(() => Entries().Exists(static entry => entry.Action == "sign-in failed" && entry.Detail.Contains("refused by the identity provider", StringComparison.Ordinal)));
    }

    public static TheoryData<string> Forgeries => ["nonce", "aud", "iss", "exp", "sub"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task SignIn_TokenNotForThisSignIn_IsRefused(string claim)
    {
        server.Provider.Forge = claims =>
        {
            if (claim == "sub")
            {
                claims.Remove(claim);
                return;
            }

            claims[claim] = claim == "exp" ? JsonValue.Create(1_000_000) : JsonValue.Create("another");
        };
        using var browser = new BrowserByHand(server.Review.Origin);

        var (to, _) = await browser.SignIn();

        Assert.Equal("/review#refused", to);
        Assert.Null(browser.Session);
    }

    [Fact]
    public async Task Callback_OfAnotherBrowser_IsRefused()
    {
        using var victim = new BrowserByHand(server.Review.Origin);
        using var attacker = new BrowserByHand(server.Review.Origin);
        var sentBack = await attacker.UntilSentBack();

        using var answer = await victim.Send(HttpMethod.Get, sentBack.PathAndQuery);
        Assert.Equal("/review#refused", answer.Headers.Location!.OriginalString);
        Assert.Null(victim.Session);
        using var made = await victim.Send(HttpMethod.Get, "/review/signed-in?code=1&state=2");
        Assert.Equal("/review#refused", made.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Session_Changed_IsNoSession()
    {
        using var browser = new BrowserByHand(server.Review.Origin);
        await browser.SignIn();
        var session = browser.Session!;
        var middle = session.Value.Length / 2;

        session.Value = session.Value[..middle] + (session.Value[middle] == 'A' ? 'B' : 'A') + session.Value[(middle + 1)..];

        Assert.Equal(HttpStatusCode.Unauthorized, await browser.Status(HttpMethod.Get, "/api/v1/anomalies", Own));
    }

    [Fact]
    public async Task SignOut_EndsTheSessionAndNamesTheProvidersEnd()
    {
        using var browser = new BrowserByHand(server.Review.Origin);
        await browser.SignIn();

        using var answer = await browser.Send(HttpMethod.Delete, "/review/session", Own);

        var end = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("provider_url").GetString()!;
        Assert.StartsWith($"{server.Provider.Authority}/end?client_id=fraud-review&post_logout_redirect_uri=", end, StringComparison.Ordinal);
        Assert.Null(browser.Session);
        Assert.Equal(HttpStatusCode.Unauthorized, await browser.Status(HttpMethod.Get, "/api/v1/anomalies", Own));
        Assert.Contains(Entries(), static entry => entry.Action == "signed out");
    }

    [Fact]
    public async Task KeyBesideTheCookie_KeyDecides()
    {
        using var browser = new BrowserByHand(server.Review.Origin);
        await browser.SignIn();

        Assert.Equal(HttpStatusCode.Unauthorized, await browser.Status(HttpMethod.Get, "/api/v1/anomalies", Own, ("X-API-Key", "sk_wrong")));
    }

    [Theory]
    [InlineData("Authority", "http://login.example", "Security:Oidc:Authority: expected an https address")]
    [InlineData("ClientId", "", "Security:Oidc:ClientId: expected")]
    [InlineData("SessionKey", "short", "Security:Oidc:SessionKey: expected 32 bytes")]
    [InlineData("Roles:fraud-desk", "root", "Security:Oidc:Roles:fraud-desk: expected")]
    public async Task Start_WrongSetting_IsNamed(string setting, string value, string mistake)
    {
        var settings = SignInServer.Settings(server.Provider);
        settings[$"Security:Oidc:{setting}"] = value;

        var error = await Assert.ThrowsAsync<OptionsValidationException>(async () =>
        {
            await using var wrong = FraudServer.Build(settings);
        });

        Assert.Contains(mistake, error.Message, StringComparison.Ordinal);
    }

    private List<AuditEntry> Entries() => [.. server.Server.Services.GetRequiredService<IAuditLog>().Read(long.MaxValue, 1_000)];
}

/// <summary>One service and provider for the classes that sign in, one at a time.</summary>
[CollectionDefinition(Name)]
public sealed class SignInCollection : ICollectionFixture<SignInServer>, ICollectionFixture<Browser>
{
    public const string Name = "sign-in";
}
