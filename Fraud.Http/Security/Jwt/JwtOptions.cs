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

    /// <summary>
    /// The identity provider's own address, below which its discovery document is (OpenID Connect Discovery 1.0): says where the
    /// key set is, and what "iss" must say unless <see cref="Issuer"/> does.
    /// </summary>
    public string Authority { get; set; } = "";

    /// <summary>The key set at an address, of a provider without discovery.</summary>
    public string JwksUrl { get; set; } = "";

    /// <summary>The key set as a file (JSON Web Key Set, RFC 7517).</summary>
    public string JwksFile { get; set; } = "";

    /// <summary>False: the provider may be asked without TLS. True: only on this machine.</summary>
    public bool RequireHttpsMetadata { get; set; } = true;

    /// <summary>What "iss" must say. Required with JwksFile and JwksUrl: an identity provider serves others too.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>What "aud" must say or contain. Required with a key set.</summary>
    public string Audience { get; set; } = "";

    /// <summary>Those that are taken, such as RS256; empty: all that there are keys for.</summary>
    public List<string> Algorithms { get; set; } = [];

    /// <summary>By how much the clock of who makes tokens may differ from ours.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the key set is read again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Refresh { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>A token with a key id that is not known makes it read again and waits for that, but no more often than this.</summary>
    // Anyone can send such tokens, and the identity provider must not feel it; but a token of a new key waits this long.
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan MinRefresh { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Further words of "scope", "scp" and "roles", and the scope each stands for: { "payments-team": "score" }.</summary>
    public Dictionary<string, string> Scopes { get; set; } = [];

    internal bool HasKeySet => Sources > 0;

    internal bool IsUsed => Key.Length > 0 || HasKeySet;

    /// <summary>What a token may say in "alg".</summary>
    internal IReadOnlyList<string> TakenAlgorithms => Algorithms.Count > 0 ? Algorithms
        : HasKeySet ? JwtAlgorithms.Public
        : Key.Length > 0 ? JwtAlgorithms.Secret
        : [];

    private int Sources => (Authority.Length > 0 ? 1 : 0) + (JwksUrl.Length > 0 ? 1 : 0) + (JwksFile.Length > 0 ? 1 : 0);

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

        if (Key.Length > 0 && HasKeySet)
        {
            // With both, a mistake in telling them apart would let a public key make tokens.
            yield return $"{section}: expected Key or a key set, not both: a shared secret is not taken beside public keys";
        }

        if (Sources > 1)
        {
            yield return $"{section}: expected one of Authority, JwksUrl and JwksFile";
        }

        if (JwksFile.Length > 0 && !File.Exists(JwksFile))
        {
            yield return $"{section}:JwksFile: expected a file that exists";
        }

        foreach (var (name, address) in new[] { (nameof(Authority), Authority), (nameof(JwksUrl), JwksUrl) })
        {
            if (address.Length > 0 && !MayAsk(address))
            {
                yield return $"{section}:{name}: expected an https address{(RequireHttpsMetadata ? "; RequireHttpsMetadata=false takes http too" : " or an http one")}";
            }
        }

        if (HasKeySet && (Audience.Length == 0 || (Issuer.Length == 0 && Authority.Length == 0)))
        {
            yield return Authority.Length > 0
                ? $"{section}: expected Audience with Authority: it makes tokens for others too"
                : $"{section}: expected Issuer and Audience with a key set: its owner makes tokens for others too";
        }

        foreach (var mistake in AlgorithmMistakes())
        {
            yield return $"{section}:Algorithms: {mistake}";
        }

        foreach (var (word, scope) in Scopes)
        {
            if (Stream.Keys.ScopeNames.Parse(scope) == Stream.Keys.Scopes.None)
            {
                yield return $"{section}:Scopes:{word}: expected {string.Join(", ", Stream.Keys.ScopeNames.All)}";
            }
        }
    }

    private IEnumerable<string> AlgorithmMistakes()
    {
        foreach (var algorithm in Algorithms)
        {
            var isSecret = JwtAlgorithms.Secret.Contains(algorithm, StringComparer.Ordinal);
            if (!isSecret && !JwtAlgorithms.Public.Contains(algorithm, StringComparer.Ordinal))
            {
                yield return $"expected {string.Join(", ", JwtAlgorithms.Secret.Concat(JwtAlgorithms.Public))}";
            }
            else if (isSecret ? Key.Length == 0 : !HasKeySet)
            {
                yield return $"expected {(isSecret ? "Key" : "Authority, JwksUrl or JwksFile")} with {algorithm}";
            }
        }
    }

    private bool MayAsk(string address) => Uri.TryCreate(address, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && (url.IsLoopback || !RequireHttpsMetadata)));
}
