using Microsoft.Extensions.Logging;

namespace Fraud.Http.Security;

/// <summary>Log messages about who may come in. None carries a key or a token.</summary>
internal static partial class SecurityLog
{
    [LoggerMessage(400, LogLevel.Warning, "No key and no token setting: everyone on this machine may do everything, and the service listens on loopback only. 'fraud keys create' makes a key")]
    public static partial void LoopbackOnly(ILogger log);

    [LoggerMessage(401, LogLevel.Warning, "Security:AllowAnonymous is true: everyone who reaches the port may do everything")]
    public static partial void Anonymous(ILogger log);

    [LoggerMessage(402, LogLevel.Error, "{Address} does not say who may use it (Needs): nobody may")]
    public static partial void NoRule(ILogger log, string address);

    [LoggerMessage(403, LogLevel.Warning, "The store was not asked for new and revoked keys: {Reason}. Those known last stay good")]
    public static partial void KeysNotRead(ILogger log, string reason);

    [LoggerMessage(404, LogLevel.Warning, "The keys of tokens were not read from {Place}: {Reason}. Those known last stay good")]
    public static partial void TokenKeysNotRead(ILogger log, string place, string reason);

    [LoggerMessage(405, LogLevel.Information, "{Count} keys of tokens read from {Place}")]
    public static partial void TokenKeysRead(ILogger log, int count, string place);

    [LoggerMessage(406, LogLevel.Warning, "{Source} ({Sources}): {Failures}")]
    public static partial void SignInsFailed(ILogger log, string source, int sources, string failures);

    [LoggerMessage(407, LogLevel.Warning, "{Count} bursts of failed sign-ins wait for the audit log: {Reason}")]
    public static partial void SignInsNotAudited(ILogger log, int count, string reason);

    [LoggerMessage(408, LogLevel.Warning, "Security:RequireCredentials is true and there is no key and no token setting: no one may come in until 'fraud keys create' makes a key")]
    public static partial void NoKeyYet(ILogger log);

    [LoggerMessage(409, LogLevel.Warning, "A sign-in by the identity provider failed: {Reason}")]
    public static partial void ProviderRefused(ILogger log, string reason);

    [LoggerMessage(410, LogLevel.Warning, "Security:Oidc:SessionKey is empty: people who signed in here are known to this node alone, until it stops")]
    public static partial void SessionsOfThisNode(ILogger log);
}
