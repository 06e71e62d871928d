using System.Text;
using Fraud.Stream.Keys;

namespace Fraud.Http.Security.Jwt;

/// <summary>Says whose token it is, or what is wrong with it. Thread-safe.</summary>
internal sealed class JwtValidator(JwtOptions options, JwkSource source, TimeProvider time)
{
    private readonly SymmetricKey? _symmetric = options.Key.Length > 0 ? SymmetricKey.Of(options.Key) : null;
    private readonly TokenClaims _claims = new(options);
    private readonly TokenCache _cache = new();

    /// <summary>Completes at once for a token that was seen before.</summary>
    public ValueTask<Verdict> Check(ReadOnlyMemory<char> token)
    {
        if (token.Length > JsonWebToken.MaxLength || !Ascii.IsValid(token.Span))
        {
            return Wrong(TokenFault.Malformed);
        }

        var digest = TokenCache.Digest.Of(token.Span);
        return _cache.Find(digest, source.Current, NowMs()) is { } caller ? new(Good(caller)) : CheckNew(token, digest);
    }

    private ValueTask<Verdict> CheckNew(ReadOnlyMemory<char> text, TokenCache.Digest digest)
    {
        if (JsonWebToken.Parse(text.Span) is not { } token)
        {
            return Wrong(TokenFault.Malformed);
        }

        // Before any key is looked at.
        if (!options.Takes(token.Algorithm))
        {
            return Wrong(TokenFault.Algorithm);
        }

        var set = source.Current;
        return token.Algorithm == JwtAlgorithms.Hs256 ? new(Decide(token, [_symmetric!], set, digest))
            : Candidates(token, set) is { Length: > 0 } keys ? new(Decide(token, keys, set, digest))
            : Renew(token, digest);
    }

    private async ValueTask<Verdict> Renew(JsonWebToken token, TokenCache.Digest digest)
    {
        await source.Renew();
        var set = source.Current;
        return Candidates(token, set) is { Length: > 0 } keys ? Decide(token, keys, set, digest)
            : source.IsKnown ? new Verdict(null, Refusal.WrongToken, TokenFault.UnknownKey)
            : new Verdict(null, Refusal.NotReady, default);
    }

    private Verdict Decide(JsonWebToken token, ReadOnlySpan<JwtKey> keys, JwkSet set, in TokenCache.Digest digest)
    {
        var isSigned = false;
        foreach (var key in keys)
        {
            isSigned = isSigned || key.Verify(token.Signed, token.Signature);
        }

        if (!isSigned)
        {
            return new Verdict(null, Refusal.WrongToken, TokenFault.Signature);
        }

        if (_claims.Check(token, NowMs(), out var validUntilMs) is not TokenFault.None and var fault)
        {
            return new Verdict(null, Refusal.WrongToken, fault);
        }

        var caller = _claims.Caller(token);
        _cache.Add(digest, set, validUntilMs, caller);
        return Good(caller);
    }

    /// <summary>Keys of the token's algorithm; of one id when it names one.</summary>
    private static JwtKey[] Candidates(JsonWebToken token, JwkSet set) =>
    [
        .. set.Keys.Where(key => key.Algorithm == token.Algorithm && (token.KeyId is null || key.Id == token.KeyId)),
    ];

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static Verdict Good(Caller caller) => new(caller, Refusal.None, default);

    private static ValueTask<Verdict> Wrong(TokenFault fault) => new(new Verdict(null, Refusal.WrongToken, fault));
}
