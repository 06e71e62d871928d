using System.Globalization;
using Fraud.Http.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Fraud.Http.ApiDocs;

/// <summary>
/// <c>GET /openapi.json</c> for programs, <c>GET /api/docs</c> for people: Scalar, served from this program alone.
/// </summary>
internal sealed class ApiDocsEndpoints : IEndpoints, IDisposable
{
    public const string Document = "/openapi.json";
    public const string Page = "/api/docs";

    // Everything comes from this node. Scalar sets styles on elements, and draws icons from data addresses.
    private const string Policy =
        "default-src 'none'; script-src 'self' 'nonce-{0}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

    // Marks a request for the page by the address that everyone types.
    private static readonly object WithoutSlash = new();

    private readonly SemaphoreSlim _one = new(1);
    private byte[]? _document;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Document, (RequestDelegate)WriteDocument)
            .Needs(Access.Open).WithName("getOpenApiDocument").Describe(ApiDocsDescriptions.Document);
        var page = routes.MapScalarApiReference(Page, static (options, context) =>
        {
            options.Title = "Fraud detection";
            options.OpenApiRoutePattern = Document;
            options.DynamicNonce = true;
            // Nothing that would ask, tell or send anything elsewhere.
            options.DefaultFonts = false;
            options.Telemetry = false;
            options.HideClientButton = true;
            options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
            options.DisableAgent().DisableMcp();
            if (context.Items.ContainsKey(WithoutSlash))
            {
                options.HeadContent = "<base href=\"docs/\">";
            }
        });
        page.Needs(Access.Open);
        page.Finally(Guard);
    }

    private static void Guard(EndpointBuilder endpoint)
    {
        var next = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = context =>
        {
            // There is one document; Scalar would write any other name into the page.
            if (context.Request.RouteValues.TryGetValue("documentName", out var name) && name is not null)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }

            var headers = context.Response.Headers;
            headers.CacheControl = "no-cache";
            if (context.Request.Path == Page)
            {
                // Scalar would redirect; the page is told instead where its scripts are.
                context.Request.Path = Page + "/";
                context.Items[WithoutSlash] = WithoutSlash;
            }

            // The page makes its nonce while it is written.
            context.Response.OnStarting(static state =>
            {
                var sent = (HttpContext)state;
                sent.Response.Headers.ContentSecurityPolicy = string.Format(
                    CultureInfo.InvariantCulture, Policy, sent.Items[ScalarOptions.NonceHttpContextItemKey] as string ?? "none");
                return Task.CompletedTask;
            }, context);
            return next(context);
        };
    }

    public void Dispose() => _one.Dispose();

    private async Task WriteDocument(HttpContext context)
    {
        var document = _document ?? await Make(context.RequestServices, context.RequestAborted);
        var response = context.Response;
        response.ContentType = "application/json";
        response.ContentLength = document.Length;
        response.Headers.CacheControl = "no-cache";
        await response.Body.WriteAsync(document, context.RequestAborted);
    }

    /// <summary>Made for the first caller, by when every address is mapped, and for those who ask at the same time.</summary>
    private async Task<byte[]> Make(IServiceProvider services, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_document is null)
            {
                var provider = services.GetRequiredKeyedService<IOpenApiDocumentProvider>(ApiDocsExtensions.DocumentName);
                var document = await provider.GetOpenApiDocumentAsync(cancellation);
                using var written = new MemoryStream();
                await document.SerializeAsJsonAsync(written, OpenApiSpecVersion.OpenApi3_1, cancellation);
                _document = written.ToArray();
            }

            return _document;
        }
        finally
        {
            _one.Release();
        }
    }
}
