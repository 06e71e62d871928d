using Fraud.Http.Scoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Fraud.Http.CrossOrigin;

/// <summary>
/// Refuses what any web page can have a browser send without asking first: a POST without a content type, or with one of a
/// form (a simple request, as Fetch calls it). Programs may leave the content type out where an address takes that; pages,
/// our own too, say application/json. Browsers tell by Origin or Sec-Fetch-Site that a page sends, and pages cannot keep them
/// from it.
/// </summary>
internal static class PagePosts
{
    private const string FetchSite = "Sec-Fetch-Site";

    // Of a request that the user made, such as an address typed in.
    private const string NoSite = "none";

    private static readonly string[] Simple = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];

    /// <summary>In front of who asks: a browser sends its client certificate along, and where no key is needed anyone's page is let in.</summary>
    public static void UsePagePosts(this WebApplication application) => application.Use(
        static next => context => IsUnasked(context.Request) ? ContentTypes.Unsupported.Write(context) : next(context));

    private static bool IsUnasked(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && (request.Headers.Origin.Count > 0 || request.Headers[FetchSite] is { Count: > 0 } site && site != NoSite)
        && IsSimple(request.Headers.ContentType);

    private static bool IsSimple(StringValues contentType)
    {
        var text = contentType.ToString();
        var type = text.AsSpan(0, text.IndexOf(';', StringComparison.Ordinal) is >= 0 and var end ? end : text.Length).Trim();
        if (type.IsEmpty)
        {
            return true;
        }

        foreach (var simple in Simple)
        {
            if (type.Equals(simple, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
