using System.Security.Claims;
using Fraud.Model.CardNumbers;
using Fraud.Stream.Keys;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Security;

/// <summary>Who asks, as far as it was proved. Made once for a key and shared by its requests.</summary>
internal sealed class Caller
{
    /// <param name="kind">How it was proved.</param>
    /// <param name="name">For people and the audit log, such as "key 3f2a9c11d0b7 (gateway)". Never a secret; card numbers are hidden.</param>
    /// <param name="scopes">What the caller may do.</param>
    /// <param name="rateKey">Whose rate of payments is used; null: the address's.</param>
    public Caller(CallerKind kind, string name, Scopes scopes, string? rateKey)
    {
        (Kind, Name, Scopes, RateKey) = (kind, CardMask.Apply(name), scopes, rateKey);
        Principal = new CallerPrincipal(this);
        Authenticated = Task.FromResult(AuthenticateResult.Success(
            new AuthenticationTicket(Principal, Schemes.ApiKey)));
    }

    /// <summary>No name was asked for, or none was given.</summary>
    public static Caller Anonymous { get; } = new(CallerKind.Anonymous, "anonymous", Scopes.All, null);

    public CallerKind Kind { get; }

    public string Name { get; }

    public Scopes Scopes { get; }

    public string? RateKey { get; }

    public ClaimsPrincipal Principal { get; }

    /// <summary>The same answer for each request, so that none makes one.</summary>
    public Task<AuthenticateResult> Authenticated { get; }

    /// <summary>Of an open address: always <see cref="Anonymous"/>, whatever was sent.</summary>
    public static Caller Of(HttpContext context) => Proved(context.User) ?? Anonymous;

    /// <summary>Null when no scheme of ours said who it is; such a caller holds nothing.</summary>
    public static Caller? Proved(ClaimsPrincipal user) => (user as CallerPrincipal)?.Caller;

    public bool Holds(Access access) => access switch
    {
        Access.Open => true,
        Access.Score => (Scopes & Scopes.Score) != Scopes.None,
        Access.Analyst => (Scopes & Scopes.Analyst) != Scopes.None,
        Access.ScoreOrAnalyst => (Scopes & (Scopes.Score | Scopes.Analyst)) != Scopes.None,
        Access.Metrics => (Scopes & Scopes.Metrics) != Scopes.None,
        Access.Admin => (Scopes & Scopes.Admin) != Scopes.None,
        _ => false,
    };
}

internal enum CallerKind
{
    Anonymous,
    Key,
    Token,
    Person,
}

/// <summary>A caller as ASP.NET knows callers: its name, and a role for each scope.</summary>
internal sealed class CallerPrincipal(Caller caller) : ClaimsPrincipal(new ClaimsIdentity(
    [new Claim("name", caller.Name), .. ScopeNames.Of(caller.Scopes).Select(static scope => new Claim("scope", scope))],
    caller.Kind == CallerKind.Anonymous ? null : caller.Kind.ToString(), "name", "scope"))
{
    public Caller Caller => caller;
}
