using Fraud.Http.Security;
using Fraud.Http.Security.Jwt;
using Fraud.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Fraud.Tests.Http.Security;

/// <summary>Keys that change at the identity provider, and callers who would make it asked without end.</summary>
public sealed class SigningKeysTests : IDisposable
{
    private static readonly JwtOptions Options = new()
    {
        JwksUrl = "https://login.example/keys",
        Issuer = TokenMaker.Issuer,
        Audience = TokenMaker.Audience,
    };

    private readonly TokenMaker _first = new("1");
    private readonly TokenMaker _second = new("2");
    // Tokens are made by the wall clock.
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly Provider _provider = new();
    private readonly SigningKeys _keys;

    public SigningKeysTests()
    {
        _provider.KeySet = _first.KeySet;
        _keys = new SigningKeys(Options, _provider, _time, NullLogger<SigningKeys>.Instance);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _provider.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public async Task Find_KeyOfNewSet_WaitsForOneReadingThatAllShare()
    {
        Assert.Equal(KeyLookup.Found, await _keys.Find(Token(_first)));
        Assert.Equal(1, _provider.Asked);

        _provider.KeySet = _second.KeySet;
        var waiting = Enumerable.Range(0, 50).Select(_ => _keys.Find(Token(_second)).AsTask()).ToArray();
        var known = _keys.Find(Token(_first));
        Assert.True(known.IsCompleted, "A known key must not wait.");
        await UntilAsked(2);

        Assert.All(await Task.WhenAll(waiting), static found => Assert.Equal(KeyLookup.Found, found));
        Assert.Equal(2, _provider.Asked);

        // What the provider took out counts no more.
        var gone = _keys.Find(Token(_first)).AsTask();
        await UntilAsked(3);
        Assert.Equal(KeyLookup.Unknown, await gone);
    }

    [Fact]
    public async Task Find_MadeUpKeyIds_ReadNoMoreThanOnceInThePause()
    {
        Assert.True(await _keys.ReadAgain());
        var begin = _time.GetUtcNow();
        for (var pause = 1; pause <= 10; pause++)
        {
            var attack = Enumerable.Range(0, 20).Select(_ => _keys.Find(Token(_first, Guid.NewGuid().ToString())).AsTask()).ToArray();
            await UntilAsked(1 + pause);
            Assert.All(await Task.WhenAll(attack), static found => Assert.Equal(KeyLookup.Unknown, found));
        }

        Assert.InRange(_time.GetUtcNow() - begin, 10 * Options.MinRefresh, TimeSpan.MaxValue);
        Assert.Equal(11, _provider.Asked);
    }

    [Fact]
    public async Task Find_MoreThanMayWait_IsToldAtOnceThatNothingWasRead()
    {
        Assert.True(await _keys.ReadAgain());
        var waiting = Enumerable.Range(0, 1_000).Select(_ => _keys.Find(Token(_second)).AsTask()).ToArray();

        Assert.Equal(KeyLookup.NotRead, await _keys.Find(Token(_second)));

        _provider.KeySet = _second.KeySet;
        await UntilAsked(2);
        Assert.All(await Task.WhenAll(waiting), static found => Assert.Equal(KeyLookup.Found, found));
    }

    [Fact]
    public async Task Find_ProviderFails_SaysSoAndKeepsWhatItKnows()
    {
        _provider.KeySet = "<html>maintenance</html>";
        Assert.Equal(KeyLookup.NotRead, await _keys.Find(Token(_first)));

        _provider.KeySet = _first.KeySet;
        var found = _keys.Find(Token(_first)).AsTask();
        await UntilAsked(2);
        Assert.Equal(KeyLookup.Found, await found);

        _provider.KeySet = """{"keys":[]}""";
        var other = _keys.Find(Token(_second)).AsTask();
        await UntilAsked(3);
        Assert.Equal(KeyLookup.NotRead, await other);
        Assert.Equal(KeyLookup.Found, await _keys.Find(Token(_first)));
    }

    [Fact]
    public async Task Find_ProviderHangs_GivesUpInTime()
    {
        using var hanging = new Provider { Hangs = true };
        using var keys = new SigningKeys(Options, hanging, _time, NullLogger<SigningKeys>.Instance);
        var found = keys.Find(Token(_first)).AsTask();
        await Poll.Until(() => hanging.Asked == 1);

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(KeyLookup.NotRead, await found);
    }

    [Fact]
    public async Task Find_FileThatChanged_IsReadAgain()
    {
        using var folder = new TempFolder();
        var options = new JwtOptions { JwksFile = folder.File("jwks.json"), MinRefresh = TimeSpan.FromMilliseconds(100) };
        await File.WriteAllTextAsync(options.JwksFile, _first.KeySet);
        using var reader = new KeySetReader(options);
        using var keys = new SigningKeys(options, reader, TimeProvider.System, NullLogger<SigningKeys>.Instance);
        Assert.Equal(KeyLookup.Found, await keys.Find(Token(_first)));

        await File.WriteAllTextAsync(options.JwksFile, _second.KeySet);

        Assert.Equal(KeyLookup.Found, await keys.Find(Token(_second)));
        Assert.Equal(KeyLookup.Unknown, await keys.Find(Token(_first)));
    }

    [Fact]
    public async Task Validate_TokenThatWasGood_IsRefusedOnceItsTimeIsOver()
    {
        var handler = new BearerTokenHandler(_keys, Options);
        var rules = new TokenRules(_keys, Options, _time).Parameters();
        var known = new KnownTokens(_keys, Options, _time);
        var expires = _time.GetUtcNow().AddMinutes(1);
        var token = Until(_first, expires);
        await Good(handler, rules, known, token);

        _time.Advance(DateTimeOffset.FromUnixTimeSeconds(expires.ToUnixTimeSeconds()) + Options.ClockSkew - TimeSpan.FromMilliseconds(1) - _time.GetUtcNow());
        await Good(handler, rules, known, token);
        Assert.NotNull(known.Find(token));

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(known.Find(token));
        Assert.Equal(TokenFault.Expired, TokenFaults.Of((await handler.ValidateTokenAsync(token, rules)).Exception));
    }

    [Fact]
    public async Task Known_KeysReadAgain_AreForgottenOnlyWhenOneChanged()
    {
        var handler = new BearerTokenHandler(_keys, Options);
        var rules = new TokenRules(_keys, Options, _time).Parameters();
        var known = new KnownTokens(_keys, Options, _time);
        var token = Until(_first, _time.GetUtcNow().AddHours(1));
        await Good(handler, rules, known, token);

        var same = _keys.ReadAgain();
        await UntilAsked(2);
        await same;
        Assert.NotNull(known.Find(token));

        _provider.KeySet = _second.KeySet;
        var other = _keys.ReadAgain();
        await UntilAsked(3);
        await other;
        Assert.Null(known.Find(token));
    }

    private static async Task Good(BearerTokenHandler handler, TokenValidationParameters rules, KnownTokens known, string token)
    {
        var result = await handler.ValidateTokenAsync(token, rules);
        Assert.True(result.IsValid);
        known.Add((JsonWebToken)result.SecurityToken, Caller.Anonymous);
    }

    private static string Until(TokenMaker maker, DateTimeOffset expires)
    {
        var claims = TokenMaker.Claims("score");
        claims["exp"] = expires.ToUnixTimeSeconds();
        return maker.Es256(claims);
    }

    private static JsonWebToken Token(TokenMaker maker, string? keyId = null) => new(maker.Rs256(TokenMaker.Claims("score"), keyId));

    private Task UntilAsked(int times) => Poll.Until(() =>
    {
        if (_provider.Asked < times)
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
        }

        return _provider.Asked >= times;
    });

    private sealed class Provider() : KeySetReader(Options)
    {
        private int _asked;

        public string KeySet { get; set; } = "";

        public bool Hangs { get; init; }

        public int Asked => Volatile.Read(ref _asked);

        public override async Task<KeySet> Read(CancellationToken cancellation)
        {
            Interlocked.Increment(ref _asked);
            if (Hangs)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            return Fraud.Http.Security.Jwt.KeySet.Of(new JsonWebKeySet(KeySet));
        }
    }
}
