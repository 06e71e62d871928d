using Fraud.Http.Problems;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Scoring;

/// <summary>Which bodies are taken.</summary>
internal static class ContentTypes
{
    public static Problem Unsupported { get; } = new(415, "Unsupported Media Type", "Content-Type: expected application/json")
    {
        Field = "Content-Type",
        Expected = "application/json",
    };

    public static bool IsJson(HttpRequest request) =>
        request.ContentType is { } type
        && type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
        && (type.Length == 16 || type[16] is ';' or ' ');

    public static Problem TooLarge(int limit) => new(413, "Payload Too Large", $"body: expected at most {limit} bytes")
    {
        Field = "body",
        Expected = $"at most {limit} bytes",
    };
}
