using System.Text;
using System.Text.Json;
using Fraud.Http.Edge;
using Fraud.Model;

namespace Fraud.Http.Stripe;

/// <summary>An event from Stripe, as far as it matters here.</summary>
/// <param name="Id">The same when Stripe sends it again.</param>
/// <param name="Account">The connected account that it is about; empty for one's own.</param>
/// <param name="Object">The charge, dispute or whatever else it is about.</param>
internal sealed record StripeEvent(string Id, string Type, string Account, JsonElement Object)
{
    /// <summary>Most characters of each text.</summary>
    // Stripe says that its ids may grow to 255.
    public const int MaxLength = 255;

    /// <exception cref="JsonException">The body is no JSON, or names a field twice.</exception>
    public static JsonDocument Parse(byte[] body)
    {
        WellFormedJson.Check(body);
        return JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
    }

    /// <summary>Null when the body is no event. The object points into the document.</summary>
    public static StripeEvent? Read(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object
        && Word(body, "id") is { Length: > 0 } id
        && Word(body, "type") is { Length: > 0 } type
        && Word(body, "account") is { } account
        && body.TryGetProperty("data", out var data)
        && data.ValueKind == JsonValueKind.Object
        && data.TryGetProperty("object", out var about)
        && about.ValueKind == JsonValueKind.Object
            ? new StripeEvent(id, type, account, about)
            : null;

    /// <summary>A text of the event itself; empty when there is none, null when it is something else or too long.</summary>
    private static string? Word(JsonElement body, string name) =>
        !body.TryGetProperty(name, out var word) || word.ValueKind == JsonValueKind.Null ? ""
        : word.ValueKind == JsonValueKind.String && word.GetString() is { Length: <= MaxLength } text ? text
        : null;

    /// <summary>A text by its path; the id where Stripe put the whole object in its place; empty when there is none.</summary>
    public static string Text(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return "";
            }
        }

        return element.ValueKind switch
        {
            JsonValueKind.String => element.GetString()!,
            JsonValueKind.Object => Text(element, "id"),
            _ => "",
        };
    }

    /// <summary>Puts a text in place; false when it is too long or holds control characters.</summary>
    public static bool TrySet(string text, int longest, ref ShortText into) =>
        Encoding.UTF8.GetBytes(text) is var bytes && bytes.Length <= longest && !text.Any(char.IsControl) && into.TrySet(bytes);
}
