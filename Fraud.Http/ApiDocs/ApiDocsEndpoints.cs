using System.IO.Compression;
using System.Reflection;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace Fraud.Http.ApiDocs;

/// <summary>
/// <c>GET /openapi.json</c> for programs, <c>GET /api/docs</c> for people: Swagger UI, served from this program alone.
/// </summary>
internal sealed class ApiDocsEndpoints : IEndpoints
{
    public const string Document = "/openapi.json";
    public const string Page = "/api/docs";

    // Everything comes from this node. Swagger UI sets styles on elements and draws its icons from data addresses.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly byte[] Html = Read(typeof(ApiDocsEndpoints).Assembly, "Fraud.Http.ApiDocs.page.html");
    private static readonly byte[] Start = Read(typeof(ApiDocsEndpoints).Assembly, "Fraud.Http.ApiDocs.start.js");
    private static readonly Lazy<byte[]> Script = new(static () => ReadUi("swagger-ui-bundle.js"));
    private static readonly Lazy<byte[]> Style = new(static () => ReadUi("swagger-ui.css"));

    private IEndpointRouteBuilder? _routes;
    private byte[]? _document;

    public void Map(IEndpointRouteBuilder routes)
    {
        _routes = routes;
        routes.MapGet(Document, (RequestDelegate)WriteDocument).Needs(Access.Open).Describe(ApiDocsDescriptions.Document);
        routes.MapGet(Page, (RequestDelegate)(static context => Write(context, Html, "text/html; charset=utf-8")))
            .Needs(Access.Open).Describe(ApiDocsDescriptions.Page);
        routes.MapGet(Page + "/{file}", (RequestDelegate)WriteFile).Needs(Access.Open).Describe(ApiDocsDescriptions.File);
    }

    // Made by the first who asks: by then every address is mapped. Two at once make the same.
    private Task WriteDocument(HttpContext context) => Write(
        context,
        _document ??= OpenApiDocument.Write(_routes!.DataSources.SelectMany(static source => source.Endpoints)),
        "application/json");

    private static Task WriteFile(HttpContext context)
    {
        switch (context.Request.RouteValues["file"])
        {
            case "swagger-ui.css":
                return Write(context, Style.Value, "text/css; charset=utf-8");
            case "swagger-ui-bundle.js":
                return Write(context, Script.Value, "text/javascript; charset=utf-8");
            case "start.js":
                return Write(context, Start, "text/javascript; charset=utf-8");
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    private static Task Write(HttpContext context, byte[] content, string type)
    {
        var response = context.Response;
        response.ContentType = type;
        response.ContentLength = content.Length;
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-cache";
        return response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }

    private static byte[] ReadUi(string file) =>
        Read(typeof(SwaggerUIOptions).Assembly, "Swashbuckle.AspNetCore.SwaggerUI.node_modules.swagger_ui_dist." + file);

    private static byte[] Read(Assembly assembly, string name)
    {
        using var resource = assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} holds no '{name}'");
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        if (content is not [0x1f, 0x8b, ..])
        {
            return content;
        }

        // The package keeps its files compressed.
        using var packed = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        packed.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
