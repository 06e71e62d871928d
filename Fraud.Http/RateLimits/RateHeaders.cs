using System.Globalization;
using Fraud.Stream.Overload;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Fraud.Http.RateLimits;

/// <summary>
/// Tells a caller where it stands: <c>RateLimit-Policy</c> and <c>RateLimit</c> as the IETF draft
/// (draft-ietf-httpapi-ratelimit-headers) has them, and <c>X-RateLimit-Limit</c>, <c>-Remaining</c>,
/// <c>-Reset</c> for older clients.
/// </summary>
/// <remarks>Texts are made once for each number of payments that can remain, not for each request. Thread-safe.</remarks>
internal sealed class RateHeaders(OverloadOptions options)
{
    public const string Policy = "RateLimit-Policy";
    public const string Limit = "RateLimit";
    public const string OldLimit = "X-RateLimit-Limit";
    public const string OldRemaining = "X-RateLimit-Remaining";
    public const string OldReset = "X-RateLimit-Reset";

    // 200 bytes an entry, made when first needed: 3 MB at most. A larger burst has its texts made each time.
    private const int MostTexts = 16_384;

    private readonly Texts?[] _texts = new Texts?[Math.Min(options.Burst + 1, MostTexts)];
    private readonly Policies _policies = Policies.Of(options.Burst, options.RatePerSecond);

    /// <summary>Nothing where there is no limit.</summary>
    public void Write(HttpContext context, in RateState state)
    {
        if (!state.IsLimited)
        {
            return;
        }

        var isCommon = state.Limit == options.Burst && state.PerSecond == options.RatePerSecond;
        var policies = isCommon ? _policies : Policies.Of(state.Limit, state.PerSecond);
        // With nothing left the wait may be longer than that for a whole burst: a request may be larger than one.
        var texts = isCommon && state.Remaining > 0 && state.Remaining < _texts.Length
            ? _texts[state.Remaining] ??= Texts.Of(state.Remaining, SecondsFor(state.Limit - state.Remaining, state.PerSecond))
            : Texts.Of(state.Remaining, (long)Math.Ceiling(state.Reset.TotalSeconds));
        var headers = context.Response.Headers;
        headers[Policy] = policies.Policy;
        headers[Limit] = texts.Limit;
        headers[OldLimit] = policies.Limit;
        headers[OldRemaining] = texts.Remaining;
        headers[OldReset] = texts.Reset;
    }

    private static long SecondsFor(int payments, int perSecond) => (payments + perSecond - 1L) / perSecond;

    private sealed record Texts(StringValues Limit, StringValues Remaining, StringValues Reset)
    {
        public static Texts Of(int remaining, long seconds) => new(
            string.Create(CultureInfo.InvariantCulture, $"\"burst\";r={remaining};t={seconds}"),
            remaining.ToString(CultureInfo.InvariantCulture),
            seconds.ToString(CultureInfo.InvariantCulture));
    }

    private sealed record Policies(StringValues Policy, StringValues Limit)
    {
        /// <summary>What may come at once, in how many seconds it is there again, and what may come on average.</summary>
        public static Policies Of(int burst, int perSecond) => new(
            perSecond == 0
                ? ""
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"\"burst\";q={burst};w={SecondsFor(burst, perSecond)}, \"rate\";q={perSecond};w=1"),
            burst.ToString(CultureInfo.InvariantCulture));
    }
}
