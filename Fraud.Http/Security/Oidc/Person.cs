using System.Security.Claims;
using Fraud.Stream.Keys;

namespace Fraud.Http.Security.Oidc;

/// <summary>Someone who signed in by the identity provider: what is kept of the ID token.</summary>
/// <param name="Subject">The provider's id for the person, which never changes.</param>
/// <param name="Name">What people call the person; may be empty.</param>
internal sealed record Person(string Subject, string Name, Scopes Scopes)
{
    private const string Scope = "scope";

    private const int LongestName = 128;

    /// <summary>Null when the token names no one.</summary>
    public static Person? Of(ClaimsPrincipal token, OidcOptions options)
    {
        if (token.FindFirst("sub")?.Value is not { Length: > 0 } subject)
        {
            return null;
        }

        var scopes = token.FindAll(options.RoleClaim)
            .Select(claim => options.Roles.TryGetValue(claim.Value, out var scope) ? ScopeNames.Parse(scope) : Scopes.None)
            .Aggregate(Scopes.None, static (all, one) => all | one);
        var name = token.FindFirst("preferred_username") ?? token.FindFirst("email") ?? token.FindFirst("name");
        return new Person(Cut(subject), Cut(name?.Value ?? ""), scopes);
    }

    /// <summary>Of a cookie of ours.</summary>
    public static Person? OfCookie(ClaimsPrincipal kept) => kept.FindFirst("sub")?.Value is { } subject
        ? new Person(
            subject, kept.FindFirst("name")?.Value ?? "",
            kept.FindAll(Scope).Aggregate(Scopes.None, static (all, claim) => all | ScopeNames.Parse(claim.Value)))
        : null;

    public ClaimsPrincipal ToCookie() => new(new ClaimsIdentity(
        [new Claim("sub", Subject), new Claim("name", Name), .. ScopeNames.Of(Scopes).Select(static scope => new Claim(Scope, scope))], Schemes.Session));

    public Caller ToCaller() =>
        new(CallerKind.Person, Name.Length == 0 ? $"person {Subject}" : $"person {Subject} ({Name})", Scopes, $"person:{Subject}");

    private static string Cut(string text) => text.Length > LongestName ? text[..LongestName] : text;
}
