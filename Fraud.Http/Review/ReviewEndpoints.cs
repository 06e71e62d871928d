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

    private static readonly PageFile Page = PageFile.Read<ReviewEndpoints>("page.html");

    private static readonly PageFiles Files = PageFiles.Read<ReviewEndpoints>(
        "page.css", "page.js", "alerts.js", "api.js", "detail.js", "format.js", "list.js", "overview.js", "queue.js", "shortcuts.js", "sign-in.js");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (RequestDelegate)Page.Write)
            .Needs(Access.Open).WithName("getReviewPage").Describe(ReviewDescriptions.Page);
        routes.MapGet(Path + "/{file}", (RequestDelegate)Files.Write)
            .Needs(Access.Open).WithName("getReviewFile").Describe(ReviewDescriptions.File);
    }
}
