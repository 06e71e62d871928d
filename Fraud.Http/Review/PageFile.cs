using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Review;

/// <summary>A file of a page for people, out of this assembly.</summary>
internal sealed record PageFile(byte[] Content, string Type)
{
    // Everything comes from this node, nothing is written into the page, and no text can become script.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    /// <typeparam name="TBeside">A type in the folder of the file.</typeparam>
    public static PageFile Read<TBeside>(string name)
    {
        using var resource = typeof(TBeside).Assembly.GetManifestResourceStream(typeof(TBeside), name)
            ?? throw new InvalidOperationException($"Fraud.Http holds no '{name}' beside {typeof(TBeside).Name}");
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return new PageFile(content, TypeOf(name));
    }

    public Task Write(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = Type;
        response.ContentLength = Content.Length;
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        // No other page keeps a hold on this one, or takes its parts.
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers.CacheControl = "no-cache";
        return response.Body.WriteAsync(Content, context.RequestAborted).AsTask();
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        var other => throw new InvalidOperationException($"'{name}': no content type is known for '{other}'"),
    };
}
