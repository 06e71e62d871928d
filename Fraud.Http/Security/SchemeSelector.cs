using Fraud.Http.Security.Oidc;
using Fraud.Stream.Keys;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Security;

/// <summary>Says which scheme a request is for. Bearer carries tokens, and keys for clients that have a setting for nothing else (MLflow's).</summary>
internal sealed class SchemeSelector(KeyDirectory keys, SecurityOptions options)
{
    public const string Bearer = "Bearer ";

    /// <summary>Whether there is nothing to compare with what a caller sends.</summary>
    public bool IsUnlocked => !options.RequireCredentials && !options.HasCredentials && !keys.HasStored;

    /// <summary>The scheme to hand on to; null: that of API keys, which also answers for callers without any credential.</summary>
    public string? Choose(HttpContext context) =>
        IsUnlocked || context.Request.Headers.ContainsKey(Refusals.KeyHeader) ? null
        : HasToken(context) ? IsKey(TokenOf(context)) ? null : Schemes.Bearer
        : HasSession(context) ? Schemes.Session
        : null;

    /// <summary>Of a page of this service alone: what other pages make a browser send is not looked at.</summary>
    private bool HasSession(HttpContext context) =>
        options.Oidc.IsUsed && context.Request.Cookies.ContainsKey(OidcExtensions.Cookie) && OwnPage.IsSender(context.Request);

    public static bool HasToken(HttpContext context) =>
        context.Request.Headers.Authorization is { Count: > 0 } sent && sent[0]!.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);

    /// <summary>What stands behind Bearer; empty where nothing does.</summary>
    public static ReadOnlySpan<char> TokenOf(HttpContext context) =>
        HasToken(context) ? context.Request.Headers.Authorization[0].AsSpan(Bearer.Length).Trim() : default;

    // A key of the environment may look like anything, so it is looked up; tokens are longer than keys may be, and are not hashed for it.
    private bool IsKey(ReadOnlySpan<char> text) =>
        !options.Jwt.IsUsed || !KeyText.IdOf(text).IsEmpty || keys.Find(text) is not null;
}
