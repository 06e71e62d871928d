namespace Fraud.Http.Review;

/// <summary>A file of the page, out of this assembly.</summary>
internal sealed record PageFile(byte[] Content, string Type)
{
    public static PageFile Read(string name)
    {
        using var resource = typeof(PageFile).Assembly.GetManifestResourceStream(typeof(PageFile), name)
            ?? throw new InvalidOperationException($"Fraud.Http holds no '{name}' beside {nameof(PageFile)}");
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return new PageFile(content, TypeOf(name));
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        var other => throw new InvalidOperationException($"'{name}': no content type is known for '{other}'"),
    };
}
