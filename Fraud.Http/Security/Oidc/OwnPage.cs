using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Security.Oidc;

/// <summary>
/// Whether a request comes from a page of this service. A browser sends its cookies along with any request, of other pages too, so that a cookie
/// counts only then; keys and tokens no other page has.
/// </summary>
internal static class OwnPage
{
    private const string Site = "Sec-Fetch-Site";

    public static bool IsSender(HttpRequest request)
    {
        var isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        // What current browsers say, and no script can change; "none" is what a person typed.
        if (request.Headers[Site] is { Count: > 0 } site)
        {
            return site == "same-origin" || (isSafe && site == "none");
        }

        // Over plain http elsewhere than on this machine they do not say it.
        return request.Headers.Origin is { Count: > 0 } origin
            ? origin.Count == 1 && string.Equals(origin[0], $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase)
            : isSafe;
    }
}
