using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Http.Security;

/// <summary>An identity provider that is found by discovery, on a port of its own.</summary>
internal sealed class OidcIssuer : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly List<TokenMaker> _makers = [new("1")];
    private volatile TokenMaker _current;
    private volatile string _keySet;
    private volatile bool _isAway;
    private int _asked;

    private OidcIssuer(WebApplication server)
    {
        _server = server;
        _current = _makers[0];
        _keySet = _current.KeySet;
    }

    public string Authority => _server.Urls.First();

    /// <summary>How often the key set was asked for.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public TokenMaker Keys => _current;

    public static async Task<OidcIssuer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        var issuer = new OidcIssuer(server);
        server.MapGet("/.well-known/openid-configuration", (RequestDelegate)(context => issuer.Answer(
            context, $$"""{"issuer":"{{issuer.Authority}}","jwks_uri":"{{issuer.Authority}}/keys"}""")));
        server.MapGet("/keys", (RequestDelegate)(context =>
        {
            Interlocked.Increment(ref issuer._asked);
            return issuer.Answer(context, issuer._keySet);
        }));
        await server.StartAsync();
        return issuer;
    }

    public string Token(string scope, string algorithm = "RS256") => _current.Sign(algorithm, TokenMaker.Claims(scope, Authority));

    /// <summary>Signs with another key from now on, and publishes it together with the one before, whose tokens are still about.</summary>
    public void Rotate()
    {
        var next = new TokenMaker($"{_makers.Count + 1}");
        _keySet = TokenMaker.SetOf([.. next.Keys(), .. _current.Keys()]);
        _makers.Add(next);
        _current = next;
    }

    public void GoAway() => _isAway = true;

    public void ComeBack() => _isAway = false;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _makers.ForEach(static maker => maker.Dispose());
    }

    private Task Answer(HttpContext context, string json)
    {
        context.Response.StatusCode = _isAway ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }
}
