using System.Collections.Frozen;
using Fraud.Http.ApiDocs;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Review;

/// <summary>
/// <c>GET /review</c>: the queue of flagged payments for the people who decide about them. The page holds no data and is
/// open to everybody; what it shows it asks of the public API, with the key of whoever looks at it.
/// </summary>
internal sealed class ReviewEndpoints : IEndpoints
{
    public const string Path = "/review";

    // Everything comes from this node, nothing is written into the page, and no text can become script.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static readonly PageFile Page = PageFile.Read("page.html");

    private static readonly FrozenDictionary<string, PageFile> Files =
        new[] { "page.css", "page.js", "alerts.js", "api.js", "detail.js", "format.js", "list.js", "overview.js", "queue.js", "shortcuts.js", "sign-in.js" }
            .ToFrozenDictionary(static name => name, PageFile.Read, StringComparer.Ordinal);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (RequestDelegate)(static context => Write(context, Page)))
            .Needs(Access.Open).WithName("getReviewPage").Describe(ReviewDescriptions.Page);
        routes.MapGet(Path + "/{file}", (RequestDelegate)WriteFile)
            .Needs(Access.Open).WithName("getReviewFile").Describe(ReviewDescriptions.File);
    }

    private static Task WriteFile(HttpContext context)
    {
        if (Files.TryGetValue((string)context.Request.RouteValues["file"]!, out var file))
        {
            return Write(context, file);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static Task Write(HttpContext context, PageFile file)
    {
        var response = context.Response;
        response.ContentType = file.Type;
        response.ContentLength = file.Content.Length;
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        // No other page keeps a hold on this one, or takes its parts.
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers.CacheControl = "no-cache";
        return response.Body.WriteAsync(file.Content, context.RequestAborted).AsTask();
    }
}
