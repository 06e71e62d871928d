using System.Diagnostics;
using System.Globalization;
using Fraud.Model.CardNumbers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Fraud.Http.Edge;

/// <summary>
/// What every answer carries, whoever writes it: the request's id, and what browsers must not do with it. Set
/// before anything else runs, so that an endpoint may say otherwise.
/// </summary>
internal sealed class AnswerHeaders(EdgeOptions options)
{
    public const string RequestId = "X-Request-Id";

    private const string TraceParent = "traceparent";

    // Longer ones are no ids.
    private const int MostIdCharacters = 128;

    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues NoStore = "no-store";

    // An answer that is no page may load, run and be put into nothing; pages have policies of their own.
    private readonly StringValues _policy = $"default-src 'none'; frame-ancestors {options.FrameAncestors}";

    // For browsers and scanners that do not read the policy. It has no word for a list of origins.
    private readonly StringValues _frames = options.FrameAncestors switch
    {
        "'none'" => "DENY",
        "'self'" => "SAMEORIGIN",
        _ => StringValues.Empty,
    };

    private readonly StringValues _strictTransport = options.StrictTransport == TimeSpan.Zero
        ? StringValues.Empty
        : string.Create(CultureInfo.InvariantCulture, $"max-age={(long)options.StrictTransport.TotalSeconds}; includeSubDomains");

    public void Write(HttpContext context)
    {
        var request = context.Request;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = NoSniff;
        // Scores and what analysts see belong in no cache.
        headers.CacheControl = NoStore;
        headers["Referrer-Policy"] = NoReferrer;
        headers.ContentSecurityPolicy = _policy;
        if (_frames.Count > 0)
        {
            headers.XFrameOptions = _frames;
        }

        if (request.IsHttps && _strictTransport.Count > 0)
        {
            headers.StrictTransportSecurity = _strictTransport;
        }

        var activity = Activity.Current;
        headers[RequestId] = request.Headers.TryGetValue(RequestId, out var given) && given is [{ } id] && IsId(id)
            ? given
            : activity is { IdFormat: ActivityIdFormat.W3C } ? activity.TraceId.ToHexString() : context.TraceIdentifier;
        // Only who traces wants to know which span of its trace this was.
        if (activity is not null && request.Headers.ContainsKey(TraceParent))
        {
            headers[TraceParent] = activity.Id;
        }
    }

    private static bool IsId(string id)
    {
        if (id.Length is 0 or > MostIdCharacters)
        {
            return false;
        }

        foreach (var c in id)
        {
            // Nothing that means something in a log, a header or a shell.
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or ':'))
            {
                return false;
            }
        }

        return !CardNumberDetector.Contains(id);
    }
}
