using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Fraud.Http.Security.Jwt;
using Fraud.Http.Security.Oidc;
using Fraud.Http.Security.SignIns;
using Fraud.Stream.Keys;

namespace Fraud.Http.Security;

/// <summary>Who may use the front door. Config section "Security".</summary>
public sealed class SecurityOptions : IValidatableObject
{
    public const string Section = "Security";

    // 192 bits in base64: nobody guesses it, and nobody thinks it up.
    private const int ShortestAdminKey = 32;

    /// <summary>
    /// True: callers without a key may do everything, from anywhere. Only for a network in which everyone may.
    /// False: so it is on loopback as long as there is no key and no token setting, and nowhere else.
    /// </summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>
    /// True: a key or token is needed on this machine too, and no address is refused for want of one. Without any key no one may
    /// come in, until 'fraud keys create' makes one.
    /// </summary>
    public bool RequireCredentials { get; set; }

    /// <summary>
    /// A key with all scopes from the environment, to begin with or where nobody can run a command; any text of 32
    /// characters or more.
    /// </summary>
    public string AdminKey { get; set; } = "";

    /// <summary>The same, as the SHA-256 of the key in hexadecimal, so that the environment does not hold the key.</summary>
    public string AdminKeyHash { get; set; } = "";

    /// <summary>How often the store is asked for new and revoked keys: a revoked key is refused after this at the latest.</summary>
    // One count over a small table each time.
    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan KeyRefresh { get; set; } = TimeSpan.FromSeconds(2);

    public JwtOptions Jwt { get; set; } = new();

    public OidcOptions Oidc { get; set; } = new();

    public SignInOptions SignIns { get; set; } = new();

    /// <summary>Whether anything but keys of the store lets callers in.</summary>
    internal bool HasCredentials => AdminKey.Length > 0 || AdminKeyHash.Length > 0 || Jwt.IsUsed || Oidc.IsUsed;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AdminKey.Length is > 0 and < ShortestAdminKey or > KeyText.MaxLength)
        {
            yield return new ValidationResult(
                string.Create(CultureInfo.InvariantCulture, $"{Section}:AdminKey: expected {ShortestAdminKey} to {KeyText.MaxLength} characters"),
                [nameof(AdminKey)]);
        }

        if (AdminKeyHash.Length > 0 && (AdminKeyHash.Length != 2 * KeyText.HashBytes || !AdminKeyHash.All(char.IsAsciiHexDigit)))
        {
            yield return new ValidationResult(
                $"{Section}:AdminKeyHash: expected 64 hexadecimal digits, the SHA-256 of a key", [nameof(AdminKeyHash)]);
        }

        if (AllowAnonymous && RequireCredentials)
        {
            yield return new ValidationResult($"{Section}: expected AllowAnonymous or RequireCredentials, not both", [nameof(RequireCredentials)]);
        }

        foreach (var mistake in SignIns.Mistakes($"{Section}:SignIns"))
        {
            yield return new ValidationResult(mistake, [nameof(SignIns)]);
        }

        foreach (var mistake in Oidc.Mistakes($"{Section}:Oidc"))
        {
            yield return new ValidationResult(mistake, [nameof(Oidc)]);
        }

        foreach (var mistake in Jwt.Mistakes($"{Section}:Jwt"))
        {
            yield return new ValidationResult(mistake, [nameof(Jwt)]);
        }
    }
}
