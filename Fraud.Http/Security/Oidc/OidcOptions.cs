using System.ComponentModel.DataAnnotations;
using Fraud.Stream.Keys;

namespace Fraud.Http.Security.Oidc;

/// <summary>Sign-in of people to the review page by an identity provider (OpenID Connect). Part "Oidc" of config section "Security".</summary>
public sealed class OidcOptions
{
    public const int SessionKeyBytes = 32;

    /// <summary>The identity provider's address, below which its discovery document is. Empty: the page takes keys and tokens only.</summary>
    public string Authority { get; set; } = "";

    /// <summary>False: the provider may be asked without TLS. True: only on this machine.</summary>
    public bool RequireHttpsMetadata { get; set; } = true;

    /// <summary>What this service is called there. Its redirect address there: https://THIS/review/signed-in.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>What proves that to the provider, from the environment (Security__Oidc__ClientSecret). Empty: a public client; PKCE is used anyway.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>What the provider is asked for, with blanks between.</summary>
    public string RequestScopes { get; set; } = "openid profile";

    /// <summary>The claim of the ID token that says what a person is.</summary>
    public string RoleClaim { get; set; } = "roles";

    /// <summary>Values of that claim and the scope each stands for: { "fraud-desk": "analyst" }. What is not here counts for nothing.</summary>
    public Dictionary<string, string> Roles { get; set; } = [];

    /// <summary>How long a sign-in lasts; what the provider takes away works then at the latest.</summary>
    // A working day.
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(8);

    /// <summary>
    /// 32 random bytes in base64 (openssl rand -base64 32) with which session cookies are encrypted, the same on all nodes, from the
    /// environment (Security__Oidc__SessionKey). Empty: a node makes one at its start, which no other node knows.
    /// </summary>
    public string SessionKey { get; set; } = "";

    internal bool IsUsed => Authority.Length > 0;

    internal IEnumerable<string> Mistakes(string section)
    {
        if (!IsUsed)
        {
            yield break;
        }

        var ranges = new List<ValidationResult>();
        Validator.TryValidateObject(this, new ValidationContext(this), ranges, validateAllProperties: true);
        foreach (var wrong in ranges)
        {
            yield return $"{section}: {wrong.ErrorMessage}";
        }

        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var url)
            || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && (url.IsLoopback || !RequireHttpsMetadata))))
        {
            yield return $"{section}:Authority: expected an https address";
        }

        if (ClientId.Length == 0)
        {
            yield return $"{section}:ClientId: expected what the provider calls this service";
        }

        if (Roles.Count == 0)
        {
            yield return $"{section}:Roles: expected a value of the claim {RoleClaim} and its scope, or no one may do anything";
        }

        foreach (var (role, scope) in Roles)
        {
            if (ScopeNames.Parse(scope) == Scopes.None)
            {
                yield return $"{section}:Roles:{role}: expected {string.Join(", ", ScopeNames.All)}";
            }
        }

        var key = new byte[SessionKeyBytes + 1];
        if (SessionKey.Length > 0 && !(Convert.TryFromBase64String(SessionKey, key, out var length) && length == SessionKeyBytes))
        {
            yield return $"{section}:SessionKey: expected {SessionKeyBytes} bytes in base64";
        }
    }
}
