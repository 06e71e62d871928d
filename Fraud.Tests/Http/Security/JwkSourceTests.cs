using Fraud.Http.Security;
using Fraud.Http.Security.Jwt;
using Fraud.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fraud.Tests.Http.Security;

/// <summary>Keys that change at the identity provider, and callers who would make it asked without end.</summary>
public sealed class JwkSourceTests : IAsyncLifetime
{
    private readonly TokenMaker _first = new();
    private readonly TokenMaker _second = new() { RsaId = "rsa-2", EcId = "ec-2" };
    private readonly ManualTime _time = new();
    private WebApplication _provider = null!;
    private string _keySet = "";
    private int _asked;

    public async Task InitializeAsync()
    {
        // Tokens are made by the wall clock.
        _time.Advance(DateTimeOffset.UtcNow - _time.GetUtcNow());
        _keySet = _first.KeySet;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _provider = builder.Build();
        _provider.Urls.Add("http://127.0.0.1:0");
        _provider.MapGet("/keys", (RequestDelegate)(context =>
        {
            Interlocked.Increment(ref _asked);
            return context.Response.WriteAsync(_keySet);
        }));
        await _provider.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _provider.DisposeAsync();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public async Task Check_KeyIdNotKnown_ReadsTheKeysAgainButNotOften()
    {
        using var source = new JwkSource(Options, _time, NullLogger<JwkSource>.Instance);
        var tokens = new JwtValidator(Options, source, _time);
        Assert.Equal(Refusal.None, (await Check(tokens, _first)).Refusal);
        Assert.Equal(1, _asked);

        // The provider has a new key. Anybody can send tokens of unknown keys: until the pause is over nobody asks.
        _keySet = _second.KeySet;
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(TokenFault.UnknownKey, (await Check(tokens, _second)).Fault);
        }

        Assert.Equal(1, _asked);
        _time.Advance(Options.MinRefresh);
        Assert.Equal(Refusal.None, (await Check(tokens, _second)).Refusal);
        Assert.Equal(2, _asked);

        // What was found good by a key that is gone is so no more.
        Assert.Equal(TokenFault.UnknownKey, (await Check(tokens, _first)).Fault);
    }

    [Fact]
    public async Task Check_ManyAtOnce_AskTheProviderOnce()
    {
        using var source = new JwkSource(Options, _time, NullLogger<JwkSource>.Instance);
        var tokens = new JwtValidator(Options, source, _time);

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => Check(tokens, _first))));

        Assert.All(verdicts, static verdict => Assert.Equal(Refusal.None, verdict.Refusal));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task Check_ProviderNeverAnswered_IsNotReadyAndLaterKeepsWhatItKnows()
    {
        _keySet = "<html>maintenance</html>";
        using var source = new JwkSource(Options, _time, NullLogger<JwkSource>.Instance);
        var tokens = new JwtValidator(Options, source, _time);
        Assert.Equal(Refusal.NotReady, (await Check(tokens, _first)).Refusal);

        _keySet = _first.KeySet;
        _time.Advance(Options.MinRefresh);
        Assert.Equal(Refusal.None, (await Check(tokens, _first)).Refusal);

        _keySet = """{"keys":[]}""";
        _time.Advance(Options.MinRefresh);
        await source.Renew();
        Assert.Equal(3, _asked);
        Assert.Equal(Refusal.None, (await Check(tokens, _first)).Refusal);
    }

    [Fact]
    public async Task Check_SeenBefore_StillExpires()
    {
        using var source = new JwkSource(Options, _time, NullLogger<JwkSource>.Instance);
        var tokens = new JwtValidator(Options, source, _time);
        var token = _first.Rs256(TokenMaker.Claims("score")).AsMemory();
        var caller = (await tokens.Check(token)).Caller;
        Assert.NotNull(caller);
        Assert.Same(caller, (await tokens.Check(token)).Caller);

        // It was made a little later than this clock stands.
        _time.Advance(TimeSpan.FromMinutes(12) + Options.ClockSkew);

        Assert.Equal(TokenFault.Expired, (await tokens.Check(token)).Fault);
    }

    private JwtOptions Options => new()
    {
        JwksUrl = _provider.Urls.First() + "/keys",
        Issuer = TokenMaker.Issuer,
        Audience = TokenMaker.Audience,
    };

    private static async Task<Verdict> Check(JwtValidator tokens, TokenMaker maker) =>
        await tokens.Check(maker.Rs256(TokenMaker.Claims("score")).AsMemory());
}
