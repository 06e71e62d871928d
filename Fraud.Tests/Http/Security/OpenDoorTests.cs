using System.Net;
using Fraud.Http;
using Fraud.Stream.Keys;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Fraud.Tests.Http.Security;

/// <summary>What holds before somebody has set up who may come in, and from then on.</summary>
public sealed class OpenDoorTests : IDisposable
{
    private const string Labels = """[{"transaction_id":"t-1","is_fraud":true}]""";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Loopback_NoKeys_IsOpenUntilThereIsOneAndNeverAgain()
    {
        var server = new ServerFixture(new Dictionary<string, string?> { ["Security:KeyRefresh"] = "00:00:00.100" });
        await server.InitializeAsync();
        try
        {
            var store = server.Services.GetRequiredService<IFraudStore>();
            Assert.Equal(HttpStatusCode.OK, await Post(server));
            // The curl lines of the reference systems send some key.
            Assert.Equal(HttpStatusCode.OK, await Post(server, ("X-API-Key", "whatever")));
            // A proxy on this machine serves callers from elsewhere.
            Assert.Equal(HttpStatusCode.Unauthorized, await Post(server, ("X-Forwarded-For", "203.0.113.7")));
            Assert.Equal(HttpStatusCode.Unauthorized, await Post(server, ("Forwarded", "for=203.0.113.7")));

            // A web page whose name was turned to this machine.
            Assert.Equal(HttpStatusCode.Unauthorized, await Post(server, ("Host", "page.example:8000")));
            Assert.Equal(HttpStatusCode.Unauthorized, await Post(server, ("Host", "127.0.0.1.page.example")));
            Assert.Equal(HttpStatusCode.OK, await Post(server, ("Host", "localhost:8000")));
            Assert.Equal(HttpStatusCode.OK, await Post(server, ("Host", "[::1]:8000")));

            var key = SecuredServer.Add(store, Scopes.Analyst);
            await UntilStatus(server, HttpStatusCode.Unauthorized);
            Assert.Equal(HttpStatusCode.OK, await Post(server, ("X-API-Key", key)));
            Assert.Equal(HttpStatusCode.OK, await Post(server, ("X-API-Key", key), ("Host", "fraud.example")));

            SecuredServer.Revoke(store, key);
            await UntilStatus(server, HttpStatusCode.Unauthorized, ("X-API-Key", key));
            Assert.Equal(HttpStatusCode.Unauthorized, await Post(server));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Revoke_ByAnotherProcess_IsSeenWithinTheInterval()
    {
        var interval = TimeSpan.FromSeconds(1);
        var server = new ServerFixture(new Dictionary<string, string?> { ["Security:KeyRefresh"] = interval.ToString() });
        await server.InitializeAsync();
        try
        {
            // As 'fraud keys' does it.
            using var other = StoreFactory.Create(server.Services.GetRequiredService<StorageOptions>(), "transactions", TimeProvider.System);
            other.Open();
            var key = SecuredServer.Add(other, Scopes.Analyst);
            await UntilStatus(server, HttpStatusCode.Unauthorized);
            Assert.Equal(HttpStatusCode.OK, await Post(server, ("X-API-Key", key)));

            var revoked = TimeProvider.System.GetTimestamp();
            SecuredServer.Revoke(other, key);
            await UntilStatus(server, HttpStatusCode.Unauthorized, ("X-API-Key", key));

            // The machine may be busy with other tests.
            Assert.InRange(TimeProvider.System.GetElapsedTime(revoked), TimeSpan.Zero, interval + TimeSpan.FromSeconds(3));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://127.0.0.1:0;http://[::]:0")]
    public async Task Start_BeyondLoopbackWithoutKeys_IsRefusedWithTheRemedy(string urls)
    {
        await using var server = FraudServer.Build(Settings(urls));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => server.StartAsync());

        Assert.Contains("fraud keys create", error.Message, StringComparison.Ordinal);
        Assert.Contains("Security:AllowAnonymous", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Security:AllowAnonymous", "true", HttpStatusCode.OK)]
    [InlineData("Security:AdminKey", "0123456789abcdef0123456789abcdef", HttpStatusCode.Unauthorized)]
    [InlineData("Security:Jwt:Key", TokenMaker.Secret, HttpStatusCode.Unauthorized)]
    [InlineData(null, null, HttpStatusCode.Unauthorized)]
    public async Task Start_BeyondLoopback_WithSomethingThatSaysWhoMay(string? setting, string? value, HttpStatusCode withoutKey)
    {
        var settings = Settings("http://0.0.0.0:0");
        if (setting is not null)
        {
            settings[setting] = value;
        }
        else
        {
            using var store = new SqliteStore(new StorageOptions { SqliteFile = settings["Storage:SqliteFile"]! }, "transactions", TimeProvider.System);
            store.Open();
            SecuredServer.Add(store, Scopes.Score);
        }

        await using var server = FraudServer.Build(settings);
        await server.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(server.Urls.First().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)) };
        using var response = await client.GetAsync("/cluster");

        Assert.Equal(withoutKey, response.StatusCode);
        await server.StopAsync();
    }

    [Theory]
    [InlineData("Security:AdminKey", "short", "Security:AdminKey: expected 32")]
    [InlineData("Security:AdminKeyHash", "xyz", "Security:AdminKeyHash: expected 64")]
    [InlineData("Security:Jwt:Key", "short", "Security:Jwt:Key: expected 32")]
    [InlineData("Security:Jwt:JwksUrl", "http://login.example/keys", "Security:Jwt:JwksUrl: expected an https address")]
    [InlineData("Security:Jwt:JwksUrl", "https://login.example/keys", "expected Issuer and Audience")]
    [InlineData("Security:Jwt:JwksFile", "/no/such/file", "Security:Jwt:JwksFile: expected a file")]
    [InlineData("Security:Jwt:Algorithms:0", "none", "Security:Jwt:Algorithms: expected HS256")]
    [InlineData("Security:Jwt:Algorithms:0", "PS256", "Security:Jwt:Algorithms: expected Authority, JwksUrl or JwksFile with PS256")]
    [InlineData("Security:Jwt:Authority", "http://login.example", "Security:Jwt:Authority: expected an https address")]
    [InlineData("Security:Jwt:Authority", "https://login.example", "expected Audience with Authority")]
    [InlineData("Security:Jwt:Scopes:team", "root", "Security:Jwt:Scopes:team: expected score")]
    [InlineData("Security:Jwt:ClockSkew", "02:00:00", "ClockSkew")]
    [InlineData("Security:KeyRefresh", "00:00:00", "KeyRefresh")]
    public async Task Start_WrongSetting_IsNamed(string setting, string value, string message)
    {
        var settings = Settings("http://127.0.0.1:0");
        settings[setting] = value;
        var error = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var server = FraudServer.Build(settings);
            await server.StartAsync();
        });

        Assert.Contains(message, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SecretBesideKeySets_NamesEveryMistakeAtOnce()
    {
        var settings = Settings("http://127.0.0.1:0");
        settings["Security:Jwt:Key"] = TokenMaker.Secret;
        settings["Security:Jwt:Authority"] = "http://login.example";
        settings["Security:Jwt:JwksUrl"] = "https://login.example/keys";
        settings["Security:Jwt:Algorithms:0"] = "RS1";

        var error = await Assert.ThrowsAsync<OptionsValidationException>(async () =>
        {
            await using var server = FraudServer.Build(settings);
        });

        Assert.Contains("a shared secret is not taken beside public keys", error.Message, StringComparison.Ordinal);
        Assert.Contains("expected one of Authority, JwksUrl and JwksFile", error.Message, StringComparison.Ordinal);
        Assert.Contains("Security:Jwt:Authority: expected an https address", error.Message, StringComparison.Ordinal);
        Assert.Contains("expected Audience", error.Message, StringComparison.Ordinal);
        Assert.Contains("Security:Jwt:Algorithms: expected HS256, RS256", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AdminKeyOfTheEnvironment_ByItsHash_OpensAll()
    {
        const string key = "a key that somebody made with token_urlsafe(32)";
        var server = new ServerFixture(new Dictionary<string, string?> { ["Security:AdminKeyHash"] = Convert.ToHexString(KeyText.Hash(key)) });
        await server.InitializeAsync();
        try
        {
            Assert.Equal(HttpStatusCode.OK, await Post(server, ("X-API-Key", key)));
            Assert.Equal(HttpStatusCode.Unauthorized, await Post(server, ("X-API-Key", key + "!")));
            Assert.Equal(HttpStatusCode.Unauthorized, await Post(server));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<HttpStatusCode> Post(ServerFixture server, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/labels") { Content = new StringContent(Labels, null, "application/json") };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await server.Client.SendAsync(request);
        return response.StatusCode;
    }

    private static Task UntilStatus(ServerFixture server, HttpStatusCode status, params (string Name, string Value)[] headers) =>
        Poll.Until(async () => await Post(server, headers) == status);

    private Dictionary<string, string?> Settings(string urls) => new()
    {
        ["Http:Urls"] = urls,
        ["Storage:SqliteFile"] = _folder.File("fraud.db"),
        ["Scoring:Model"] = Path.Combine(Repository.Root, "models", "payments"),
        ["Kafka:SessionTimeout"] = "00:00:02",
    };
}
