using System.ComponentModel.DataAnnotations;
using System.Text;

namespace Fraud.Http.Security.Jwt;

/// <summary>Tokens of an identity provider (JSON Web Tokens, RFC 7519). Part "Jwt" of config section "Security".</summary>
public sealed class JwtOptions
{
    // RFC 7518, section 3.2: a key of the hash's size or larger.
    private const int ShortestKey = 32;

    /// <summary>Key of HS256 tokens, shared with who makes them: 32 bytes or more, from the environment (Security__Jwt__Key).</summary>
    public string Key { get; set; } = "";

    /// <summary>File with the public keys of RS256 and ES256 tokens (JSON Web Key Set, RFC 7517).</summary>
    public string JwksFile { get; set; } = "";

    /// <summary>The same at an address of the identity provider: https, or this machine.</summary>
    public string JwksUrl { get; set; } = "";

    /// <summary>What "iss" must say. Required with JWKS: an identity provider serves others too.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>What "aud" must say or contain. Required with JWKS.</summary>
    public string Audience { get; set; } = "";

    /// <summary>Of HS256, RS256 and ES256, those that are taken; empty: those that there are keys for.</summary>
    public List<string> Algorithms { get; set; } = [];

    /// <summary>By how much the clock of who makes tokens may differ from ours.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the key set is read again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Refresh { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>A token with a key id that is not known makes it read at once, but no more often than this.</summary>
    // Anybody can send such tokens; the identity provider must not feel it.
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan MinRefresh { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Further words of "scope", "scp" and "roles", and the scope each stands for: { "payments-team": "score" }.</summary>
    public Dictionary<string, string> Scopes { get; set; } = [];

    internal bool HasKeySet => JwksFile.Length > 0 || JwksUrl.Length > 0;

    internal bool IsUsed => Key.Length > 0 || HasKeySet;

    internal bool Takes(string algorithm) => Algorithms.Count > 0
        ? Algorithms.Contains(algorithm, StringComparer.Ordinal)
        : algorithm switch
        {
            JwtAlgorithms.Hs256 => Key.Length > 0,
            JwtAlgorithms.Rs256 or JwtAlgorithms.Es256 => HasKeySet,
            _ => false,
        };

    /// <summary>All there are, each with the name of its setting.</summary>
    internal IEnumerable<string> Mistakes(string section)
    {
        var ranges = new List<ValidationResult>();
        Validator.TryValidateObject(this, new ValidationContext(this), ranges, validateAllProperties: true);
        foreach (var wrong in ranges)
        {
            yield return $"{section}: {wrong.ErrorMessage}";
        }

        if (Key.Length > 0 && Encoding.UTF8.GetByteCount(Key) < ShortestKey)
        {
            yield return $"{section}:Key: expected {ShortestKey} bytes or more";
        }

        if (JwksFile.Length > 0 && JwksUrl.Length > 0)
        {
            yield return $"{section}: expected JwksFile or JwksUrl, not both";
        }

        if (JwksFile.Length > 0 && !File.Exists(JwksFile))
        {
            yield return $"{section}:JwksFile: expected a file that exists";
        }

        if (JwksUrl.Length > 0 && !(Uri.TryCreate(JwksUrl, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))))
        {
            yield return $"{section}:JwksUrl: expected an https address";
        }

        if (HasKeySet && (Issuer.Length == 0 || Audience.Length == 0))
        {
            yield return $"{section}: expected Issuer and Audience with a key set: its owner makes tokens for others too";
        }

        foreach (var algorithm in Algorithms)
        {
            if (algorithm is not (JwtAlgorithms.Hs256 or JwtAlgorithms.Rs256 or JwtAlgorithms.Es256))
            {
                yield return $"{section}:Algorithms: expected HS256, RS256 or ES256";
            }
            else if (algorithm == JwtAlgorithms.Hs256 ? Key.Length == 0 : !HasKeySet)
            {
                yield return $"{section}:Algorithms: expected {(algorithm == JwtAlgorithms.Hs256 ? "Key" : "JwksFile or JwksUrl")} with {algorithm}";
            }
        }

        foreach (var (word, scope) in Scopes)
        {
            if (Stream.Keys.ScopeNames.Parse(scope) == Stream.Keys.Scopes.None)
            {
                yield return $"{section}:Scopes:{word}: expected {string.Join(", ", Stream.Keys.ScopeNames.All)}";
            }
        }
    }
}

/// <summary>Algorithms as tokens name them. "none" is not among them.</summary>
internal static class JwtAlgorithms
{
    public const string Hs256 = "HS256";
    public const string Rs256 = "RS256";
    public const string Es256 = "ES256";
}
