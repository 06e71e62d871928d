using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Cluster;

/// <summary><c>GET /cluster</c> for programs, <c>GET /cluster/page</c> for people. Say nothing of cards or payments.</summary>
internal sealed class ClusterEndpoints(ClusterView view) : IEndpoints
{
    public const string Path = "/cluster";

    // The page is one file, and asks nobody but the node it came from.
    private const string PagePolicy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly byte[] Page = ReadPage();

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (RequestDelegate)Report).Needs(Access.Analyst, orPeer: true).Describe(ClusterDescriptions.Report);
        routes.MapGet(Path + "/page", (RequestDelegate)Show).Needs(Access.Open).Describe(ClusterDescriptions.Page);
    }

    private async Task Report(HttpContext context)
    {
        switch (context.Request.Query["view"].ToString())
        {
            case "":
                await Write(context, await view.Get(context.RequestAborted));
                break;
            case "node":
                await Write(context, view.Own);
                break;
            default:
                await new Problem(400, "The view is unknown", "view: expected node, or nothing for the whole cluster")
                {
                    Field = "view",
                    Expected = "node, or nothing for the whole cluster",
                }.Write(context);
                break;
        }
    }

    private static Task Show(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = Page.Length;
        response.Headers.ContentSecurityPolicy = PagePolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-cache";
        return response.Body.WriteAsync(Page, context.RequestAborted).AsTask();
    }

    private static Task Write<T>(HttpContext context, T answer)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(answer, ClusterReport.Json);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }

    private static byte[] ReadPage()
    {
        using var resource = typeof(ClusterEndpoints).Assembly.GetManifestResourceStream(typeof(ClusterEndpoints), "page.html")!;
        var page = new byte[resource.Length];
        resource.ReadExactly(page);
        return page;
    }
}
