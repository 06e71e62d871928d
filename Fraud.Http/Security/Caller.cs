using Fraud.Stream.Keys;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Security;

/// <summary>Who asks, as far as it was proved. Made once for a key or a token and shared by its requests.</summary>
/// <param name="Name">For people and the audit log, such as "key 3f2a9c11d0b7 (gateway)". Never a secret.</param>
/// <param name="RateKey">Whose rate of payments is used; null: the address's.</param>
internal sealed record Caller(CallerKind Kind, string Name, Scopes Scopes, string? RateKey)
{
    /// <summary>Nobody was asked for a name, or none was given.</summary>
    public static Caller Anonymous { get; } = new(CallerKind.Anonymous, "anonymous", Scopes.All, null);

    /// <summary>Another node of the cluster, on the nodes' own port.</summary>
    public static Caller Node { get; } = new(CallerKind.Node, "node", Scopes.None, null);

    /// <summary>Of an open address: always <see cref="Anonymous"/>, whatever was sent.</summary>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>() ?? Anonymous;

    public bool Holds(Access access) => access switch
    {
        Access.Open => true,
        Access.Score => (Scopes & Scopes.Score) != Scopes.None,
        Access.Analyst => (Scopes & Scopes.Analyst) != Scopes.None,
        Access.ScoreOrAnalyst => (Scopes & (Scopes.Score | Scopes.Analyst)) != Scopes.None,
        Access.Admin => (Scopes & Scopes.Admin) != Scopes.None,
        _ => false,
    };
}

internal enum CallerKind
{
    Anonymous,
    Key,
    Token,
    Node,
}
