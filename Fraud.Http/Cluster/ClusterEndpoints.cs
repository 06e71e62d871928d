using System.Security.Cryptography;
using System.Text;
using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Cluster;

/// <summary><c>GET /cluster</c> for programs, <c>GET /cluster/page</c> for people. Say nothing of cards or payments.</summary>
internal sealed class ClusterEndpoints(ClusterView cluster) : IEndpoints
{
    public const string Path = "/cluster";

    private static readonly byte[] Page = ReadPage();

    // The page is one file, runs what is in it and nothing else, and asks no one but the node it came from.
    private static readonly string PagePolicy =
        $"default-src 'none'; style-src {HashOf("style")}; script-src {HashOf("script")}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly Problem UnknownView = new(400, "Bad Request", "view: expected node, or nothing for the whole cluster")
    {
        Field = "view",
        Expected = "node, or nothing for the whole cluster",
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, Report)
            .Needs(Access.Analyst).WithName("getClusterReport").Describe(ClusterDescriptions.Report);
        routes.MapGet(Path + "/page", (RequestDelegate)Show)
            .Needs(Access.Open).WithName("getClusterPage").Describe(ClusterDescriptions.Page);
    }

    // The other view is for those who look for what is wrong with a node; the document tells of the first.
    private async Task<IResult> Report(HttpContext context, string? view)
    {
        context.Response.Headers.CacheControl = "no-store";
        return view switch
        {
            null or "" => TypedResults.Ok(await cluster.Get(context.RequestAborted)),
            "node" => TypedResults.Ok(cluster.Own),
            _ => UnknownView,
        };
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

    /// <summary>The one element of that name in the page, as a policy names it.</summary>
    private static string HashOf(string element)
    {
        var page = Encoding.UTF8.GetString(Page);
        var from = page.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        var text = page[from..page.IndexOf($"</{element}>", from, StringComparison.Ordinal)];
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";
    }

    private static byte[] ReadPage()
    {
        using var resource = typeof(ClusterEndpoints).Assembly.GetManifestResourceStream(typeof(ClusterEndpoints), "page.html")!;
        var page = new byte[resource.Length];
        resource.ReadExactly(page);
        return page;
    }
}
