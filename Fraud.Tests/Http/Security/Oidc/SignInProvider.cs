using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Http.Security.Oidc;

/// <summary>
/// An identity provider with which people sign in: authorization code flow, holding its clients to PKCE (RFC 7636), the redirect
/// address, the client's secret, and one use of each code. On another site than the service: localhost instead of 127.0.0.1.
/// </summary>
internal sealed class SignInProvider : IAsyncDisposable
{
    public const string ClientId = "fraud-review";

    public const string ClientSecret = "the secret of the client";

    private readonly WebApplication _server;
    private readonly TokenMaker _keys = new("1");
    private readonly ConcurrentDictionary<string, Grant> _grants = new();
    private readonly ConcurrentQueue<string> _mistakes = new();

    private SignInProvider(WebApplication server) => _server = server;

    public string Authority => _server.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    /// <summary>What the service did that a provider refuses.</summary>
    public IReadOnlyCollection<string> Mistakes => _mistakes;

    /// <summary>Who says "continue".</summary>
    public string Person { get; set; } = "ann";

    /// <summary>What the person is.</summary>
    public string[] Roles { get; set; } = ["fraud-desk"];

    /// <summary>What becomes of the claims before they are signed.</summary>
    public Action<JsonObject> Forge { get; set; } = static _ => { };

    public static async Task<SignInProvider> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        var provider = new SignInProvider(server);
        server.MapGet("/.well-known/openid-configuration", (RequestDelegate)provider.Discover);
        server.MapGet("/keys", (RequestDelegate)(context => Json(context, provider._keys.KeySet)));
        server.MapGet("/authorize", (RequestDelegate)provider.Authorize);
        server.MapPost("/token", (RequestDelegate)provider.Token);
        server.MapGet("/end", (RequestDelegate)(context =>
        {
            context.Response.Redirect(context.Request.Query["post_logout_redirect_uri"].ToString());
            return Task.CompletedTask;
        }));
        await server.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _keys.Dispose();
    }

    private Task Discover(HttpContext context) => Json(context, new JsonObject
    {
        ["issuer"] = Authority,
        ["authorization_endpoint"] = Authority + "/authorize",
        ["token_endpoint"] = Authority + "/token",
        ["jwks_uri"] = Authority + "/keys",
        ["end_session_endpoint"] = Authority + "/end",
        ["response_types_supported"] = new JsonArray("code"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
        ["code_challenge_methods_supported"] = new JsonArray("S256"),
    }.ToJsonString());

    /// <summary>A page with one link, by which the person agrees.</summary>
    private Task Authorize(HttpContext context)
    {
        var query = context.Request.Query;
        string Said(string name) => query[name].ToString();
        if (Said("client_id") != ClientId || Said("response_type") != "code" || Said("code_challenge_method") != "S256" || Said("code_challenge").Length != 43
            || Said("nonce").Length < 16 || Said("state").Length < 16 || !Said("scope").Split(' ').Contains("openid"))
        {
            _mistakes.Enqueue($"authorize: {context.Request.QueryString}");
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        }

        var code = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        _grants[code] = new Grant(Said("redirect_uri"), Said("code_challenge"), Said("nonce"));
        var back = QueryHelpers.AddQueryString(Said("redirect_uri"), new Dictionary<string, string?> { ["code"] = code, ["state"] = Said("state") });
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync($"<!doctype html><title>Login</title><link rel=icon href='data:,'><a id=go href=\"{WebUtility.HtmlEncode(back)}\">Continue</a>");
    }

    private async Task Token(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        string Said(string name) => form[name].ToString();
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Said("code_verifier"))));
        if (!_grants.TryRemove(Said("code"), out var grant) || Said("grant_type") != "authorization_code" || grant.Challenge != challenge
            || grant.RedirectUri != Said("redirect_uri") || Said("client_id") != ClientId || Said("client_secret") != ClientSecret)
        {
            _mistakes.Enqueue($"token: {string.Join(',', form.Keys)}");
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await Json(context, """{"error":"invalid_grant"}""");
            return;
        }

        var claims = new JsonObject
        {
            ["iss"] = Authority,
            ["aud"] = ClientId,
            ["sub"] = $"id-of-{Person}",
            ["preferred_username"] = Person,
            ["nonce"] = grant.Nonce,
            ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["exp"] = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds(),
            ["roles"] = new JsonArray([.. Roles.Select(static role => JsonValue.Create(role))]),
        };
        Forge(claims);
        await Json(context, new JsonObject { ["access_token"] = "opaque", ["token_type"] = "Bearer", ["expires_in"] = 300, ["id_token"] = _keys.Rs256(claims) }.ToJsonString());
    }

    private static Task Json(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    private sealed record Grant(string RedirectUri, string Challenge, string Nonce);
}
