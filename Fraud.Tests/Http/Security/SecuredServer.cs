using Fraud.Http;
using Fraud.Http.Security;
using Fraud.Stream.Audit;
using Fraud.Stream.Keys;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Security;

/// <summary>The whole service with keys in its store and an identity provider whose tokens it takes.</summary>
public class SecuredServer : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    internal TokenMaker Tokens { get; } = new();

    public ServerFixture Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_folder.File("jwks.json"), Tokens.KeySet);
        var (setting, value) = TokenKeys(_folder.File("jwks.json"));
        Server = new ServerFixture(
            new Dictionary<string, string?>
            {
                ["Http:GrpcUrls"] = "http://127.0.0.1:0",
                ["Security:KeyRefresh"] = "00:00:00.050",
                [setting] = value,
                ["Security:Jwt:Issuer"] = TokenMaker.Issuer,
                ["Security:Jwt:Audience"] = TokenMaker.Audience,
                ["Security:Jwt:Scopes:payments-team"] = "score",
                // The matrix sends a token of an unknown key to every address, and each waits this long.
                ["Security:Jwt:MinRefresh"] = "00:00:00.100",
            },
            static services => services.AddSingleton<IEndpoints, PlainPolicies>());
        await Server.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        Tokens.Dispose();
        _folder.Dispose();
    }

    private protected virtual (string Setting, string Value) TokenKeys(string jwksFile) => ("Security:Jwt:JwksFile", jwksFile);

    /// <summary>Makes a key in the store and waits until the service knows it.</summary>
    public Task<string> Key(Scopes scopes, TimeSpan? lifetime = null) => Key(Server.Services, scopes, lifetime);

    public static async Task<string> Key(IServiceProvider services, Scopes scopes, TimeSpan? lifetime = null)
    {
        var text = Add(services.GetRequiredService<IFraudStore>(), scopes, lifetime);
        var keys = services.GetRequiredService<KeyDirectory>();
        // One that is refused cannot be waited for, but one that was made after it.
        var last = lifetime < TimeSpan.Zero ? Add(services.GetRequiredService<IFraudStore>(), scopes) : text;
        await Poll.Until(() => keys.Find(last) is not null);
        return text;
    }

    /// <summary>Makes a key, as 'fraud keys create' does.</summary>
    public static string Add(IFraudStore store, Scopes scopes, TimeSpan? lifetime = null)
    {
        var (id, text) = KeyText.Create();
        var now = DateTimeOffset.UtcNow;
        var key = new StoredKey(
            id, "test", scopes, KeyText.Hash(text), now.ToUnixTimeMilliseconds(), lifetime is { } time ? (now + time).ToUnixTimeMilliseconds() : null, null);
        Assert.True(new KeyQueries(store.Database).Add(key, AuditEntry.New(now, "test", "key created", id)));
        return text;
    }

    public static void Revoke(IFraudStore store, string key)
    {
        var id = KeyText.IdOf(key).ToString();
        Assert.True(new KeyQueries(store.Database).Revoke(id, 1, AuditEntry.New(DateTimeOffset.UtcNow, "test", "key revoked", id)));
    }
}

/// <summary>The same with a secret that it shares with who makes tokens.</summary>
public sealed class SharedSecretServer : SecuredServer
{
    private protected override (string Setting, string Value) TokenKeys(string jwksFile) => ("Security:Jwt:Key", TokenMaker.Secret);
}
