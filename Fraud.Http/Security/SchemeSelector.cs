using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Security;

/// <summary>Says which scheme a request is for.</summary>
internal sealed class SchemeSelector(KeyDirectory keys, SecurityOptions options)
{
    public const string Bearer = "Bearer ";

    /// <summary>Whether there is nothing to compare with what a caller sends.</summary>
    public bool IsUnlocked => !options.HasCredentials && !keys.HasStored;

    /// <summary>The scheme to hand on to; null: that of API keys, which also answers for callers without any credential.</summary>
    public string? Choose(HttpContext context) =>
        IsUnlocked || !HasToken(context) || context.Request.Headers.ContainsKey(Refusals.KeyHeader) ? null
        : Schemes.Bearer;

    public static bool HasToken(HttpContext context) =>
        context.Request.Headers.Authorization is { Count: > 0 } sent && sent[0]!.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);
}
