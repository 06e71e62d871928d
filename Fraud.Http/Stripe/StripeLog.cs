using Microsoft.Extensions.Logging;

namespace Fraud.Http.Stripe;

/// <summary>Log messages about Stripe's events. None quotes what an event holds but its id.</summary>
internal static partial class StripeLog
{
    [LoggerMessage(430, LogLevel.Warning, "{Event} ({Type}) is refused and counts for nothing: {Reason}. It was answered with 200, since sending it again would change nothing")]
    public static partial void Refused(ILogger log, string @event, string type, string reason);
}
