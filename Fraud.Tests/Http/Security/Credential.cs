using System.Text;
using System.Text.Json.Nodes;
using Fraud.Http.Security;
using Fraud.Stream.Keys;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Security;

/// <summary>What a caller may send, and what it is worth.</summary>
internal sealed record Credential(string? Key, string? Bearer, Scopes? Worth)
{
    private static readonly byte[] NoBytes = [];

    /// <summary>By name: xunit shows names.</summary>
    private static readonly Dictionary<string, Func<SecuredServer, Task<Credential>>> Makers = new()
    {
        ["none"] = static _ => Bad(null, null),
        ["wrong key"] = static _ => Bad(KeyText.Create().Text),
        ["right id, wrong secret"] = static async server => new(Damage(await server.Key(All)), null, null),
        ["key of another system"] = static _ => Bad("sk_test_123"),
        ["overlong key"] = static _ => Bad(new string('k', 5_000)),
        ["score key"] = static async server => new(await server.Key(Scopes.Score), null, Scopes.Score),
        ["analyst key"] = static async server => new(await server.Key(Scopes.Analyst), null, Scopes.Analyst),
        ["admin key"] = static async server => new(await server.Key(Scopes.Admin), null, Scopes.Admin),
        ["key of all scopes"] = static async server => new(await server.Key(All), null, All),
        ["key without scope"] = static async server => new(await server.Key(Scopes.None), null, Scopes.None),
        ["revoked key"] = Revoked,
        ["expired key"] = static async server => new(await server.Key(All, TimeSpan.FromDays(-1)), null, null),
        ["score key behind Bearer"] = static async server => new(null, await server.Key(Scopes.Score), Scopes.Score),
        ["key of all scopes behind Bearer"] = static async server => new(null, await server.Key(All), All),
        ["expired key behind Bearer"] = static async server => new(null, await server.Key(All, TimeSpan.FromDays(-1)), null),
        ["wrong key behind Bearer"] = static _ => Bad(null, KeyText.Create().Text),
        ["key twice"] = static async server => new(await server.Key(All), await server.Key(All), null),
        ["key and token"] = static async server => new(await server.Key(All), Good(server), null),
        ["RS256, score"] = static server => Token(server.Tokens.Rs256(TokenMaker.Claims("score")), Scopes.Score),
        ["ES256, analyst"] = static server => Token(server.Tokens.Es256(TokenMaker.Claims("openid fraud:analyst")), Scopes.Analyst),
        ["PS512, admin in roles"] = static server => Token(
            server.Tokens.Sign("PS512", TokenMaker.Claims("", "roles", new JsonArray("admin"))), Scopes.Admin),
        ["scp, mapped word"] = static server => Token(server.Tokens.Rs256(TokenMaker.Claims("", "scp", "payments-team")), Scopes.Score),
        ["several audiences"] = static server => Token(
            server.Tokens.Rs256(TokenMaker.Claims("score", "aud", new JsonArray("other", TokenMaker.Audience))), Scopes.Score),
        ["token without our scopes"] = static server => Token(server.Tokens.Rs256(TokenMaker.Claims("openid administrator")), Scopes.None),
        ["expired token"] = static server => Token(server.Tokens.Rs256(TokenMaker.Claims(AllWords, "exp", Seconds(-60)))),
        ["token for later"] = static server => Token(server.Tokens.Rs256(TokenMaker.Claims(AllWords, "nbf", Seconds(+300)))),
        ["token without end"] = static server => Token(server.Tokens.Rs256(TokenMaker.Claims(AllWords, "exp", null))),
        ["end is a text"] = static server => Token(server.Tokens.Rs256(TokenMaker.Claims(AllWords, "exp", "2099-01-01"))),
        ["wrong audience"] = static server => Token(server.Tokens.Rs256(TokenMaker.Claims(AllWords, "aud", "other"))),
        ["no audience"] = static server => Token(server.Tokens.Rs256(TokenMaker.Claims(AllWords, "aud", null))),
        ["wrong issuer"] = static server => Token(server.Tokens.Rs256(TokenMaker.Claims(AllWords, "iss", "https://login.example.evil"))),
        ["wrong RS256 signature"] = static server => Token(TokenMaker.Damage(Good(server))),
        ["wrong ES256 signature"] = static server => Token(TokenMaker.Damage(server.Tokens.Es256(TokenMaker.Claims(AllWords)))),
        ["HS256 where there is a key set"] = static _ => Token(TokenMaker.Hs256(TokenMaker.Claims(AllWords))),
        ["HS256 with the secret of the key set"] = static _ => Token(
            TokenMaker.Hs256(TokenMaker.Claims(AllWords), Encoding.UTF8.GetBytes(TokenMaker.Secret), "oct-1")),
        ["PS256 signature said to be RS256"] = static server => Token(
            server.Tokens.Sign("PS256", TokenMaker.Claims(AllWords)).Split('.') is [_, var claims, var signature]
                ? $"{Good(server).Split('.')[0]}.{claims}.{signature}" : ""),
        ["claims changed"] = static server => Token(TokenMaker.Promote(server.Tokens.Rs256(TokenMaker.Claims("score")))),
        ["no signature"] = static server => Token(Good(server)[..(Good(server).LastIndexOf('.') + 1)]),
        ["alg none"] = static _ => Token(TokenMaker.Make(new { alg = "none" }, TokenMaker.Claims(AllWords), static _ => NoBytes)),
        ["alg NONE, signed"] = static _ => Token(TokenMaker.Make(new { alg = "NONE" }, TokenMaker.Claims(AllWords), Sign)),
        ["alg HS512"] = static _ => Token(TokenMaker.Make(new { alg = "HS512" }, TokenMaker.Claims(AllWords), Sign)),
        ["alg hs256"] = static _ => Token(TokenMaker.Make(new { alg = "hs256" }, TokenMaker.Claims(AllWords), Sign)),
        ["no alg"] = static _ => Token(TokenMaker.Make(new { typ = "JWT" }, TokenMaker.Claims(AllWords), Sign)),
        ["HMAC with the public key"] = static server => Token(TokenMaker.Hs256(TokenMaker.Claims(AllWords), server.Tokens.PublicRsa, server.Tokens.RsaId)),
        ["HMAC with the public key's text"] = static server => Token(
            TokenMaker.Hs256(TokenMaker.Claims(AllWords), Encoding.ASCII.GetBytes(server.Tokens.PublicRsaPem), server.Tokens.RsaId)),
        ["ES256 signature said to be RS256"] = static server => Token(
            server.Tokens.Es256(TokenMaker.Claims(AllWords)).Split('.') is [_, var claims, var signature]
                ? $"{Good(server).Split('.')[0]}.{claims}.{signature}" : ""),
        ["unknown key id"] = static server => Token(server.Tokens.Rs256(TokenMaker.Claims(AllWords), "other")),
        ["key for encryption"] = static server => Token(server.Tokens.Rs256(TokenMaker.Claims(AllWords), "enc-1")),
        ["no token at all"] = static _ => Token("one.two"),
        ["empty token"] = static _ => Token(""),
        ["overlong token"] = static _ => Token(new string('a', 17_000)),
    };

    /// <summary>Where there is a shared secret and no key set.</summary>
    private static readonly Dictionary<string, Func<SecuredServer, Task<Credential>>> SecretMakers = new()
    {
        ["none"] = static _ => Bad(null, null),
        ["HS256, score"] = static _ => Token(TokenMaker.Hs256(TokenMaker.Claims("score")), Scopes.Score),
        ["HS256, admin in roles"] = static _ => Token(TokenMaker.Hs256(TokenMaker.Claims("", "roles", new JsonArray("admin"))), Scopes.Admin),
        ["HS256 with a key id"] = static _ => Token(
            TokenMaker.Hs256(TokenMaker.Claims("analyst"), Encoding.UTF8.GetBytes(TokenMaker.Secret), "any"), Scopes.Analyst),
        ["wrong HS256 signature"] = static _ => Token(TokenMaker.Damage(TokenMaker.Hs256(TokenMaker.Claims(AllWords)))),
        ["another secret"] = static _ => Token(TokenMaker.Hs256(TokenMaker.Claims(AllWords), new byte[32])),
        ["alg HS512"] = static _ => Token(TokenMaker.Make(new { alg = "HS512" }, TokenMaker.Claims(AllWords), Sign)),
        ["alg hs256"] = static _ => Token(TokenMaker.Make(new { alg = "hs256" }, TokenMaker.Claims(AllWords), Sign)),
        ["alg none"] = static _ => Token(TokenMaker.Make(new { alg = "none" }, TokenMaker.Claims(AllWords), static _ => NoBytes)),
        ["crit"] = static _ => Token(TokenMaker.Make(new { alg = "HS256", crit = new[] { "b64" }, b64 = false }, TokenMaker.Claims(AllWords), Sign)),
        ["RS256 where there is a secret"] = static server => Token(Good(server)),
        ["expired token"] = static _ => Token(TokenMaker.Hs256(TokenMaker.Claims(AllWords, "exp", Seconds(-60)))),
    };

    private const Scopes All = Scopes.All;

    private const string AllWords = "score analyst admin";

    public static IEnumerable<string> Names => Makers.Keys;

    public static IEnumerable<string> SecretNames => SecretMakers.Keys;

    public static Task<Credential> Make(string name, SecuredServer server) => (server is SharedSecretServer ? SecretMakers : Makers)[name](server);

    public void AddTo(HttpRequestMessage request)
    {
        if (Key is not null)
        {
            Assert.True(request.Headers.TryAddWithoutValidation("X-API-Key", Key));
        }

        if (Bearer is not null)
        {
            Assert.True(request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Bearer}"));
        }
    }

    private static string Good(SecuredServer server) => server.Tokens.Rs256(TokenMaker.Claims(AllWords));

    private static byte[] Sign(byte[] data) => System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(TokenMaker.Secret), data);

    private static JsonNode Seconds(int fromNow) => DateTimeOffset.UtcNow.AddSeconds(fromNow).ToUnixTimeSeconds();

    private static string Damage(string key) => key[..^2] + (key.EndsWith("AA", StringComparison.Ordinal) ? "BB" : "AA");

    private static Task<Credential> Bad(string? key, string? token = null) => Task.FromResult(new Credential(key, token, null));

    private static Task<Credential> Token(string token, Scopes? scopes = null) => Task.FromResult(new Credential(null, token, scopes));

    private static async Task<Credential> Revoked(SecuredServer server)
    {
        var key = await server.Key(All);
        SecuredServer.Revoke(server.Server.Services.GetRequiredService<IFraudStore>(), key);
        var keys = server.Server.Services.GetRequiredService<KeyDirectory>();
        await Poll.Until(() => keys.Find(key) is null);
        return new Credential(key, null, null);
    }
}
