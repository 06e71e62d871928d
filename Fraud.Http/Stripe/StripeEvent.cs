using System.Text.Json;
using Fraud.Http.Edge;
using Fraud.Model.Decoding;

namespace Fraud.Http.Stripe;

/// <summary>An event from Stripe, as far as it matters here.</summary>
/// <param name="Id">The same when Stripe sends it again.</param>
/// <param name="Account">The connected account that it is about; empty for one's own.</param>
/// <param name="Object">The charge, dispute or whatever else it is about.</param>
internal sealed record StripeEvent(string Id, string Type, string Account, JsonElement Object)
{
    /// <summary>Seconds since 1970; 0 when it does not say.</summary>
    public long Created { get; private init; }

    /// <summary>False in Stripe's test mode, whose payments are none.</summary>
    public bool IsLive { get; private init; } = true;

    /// <summary>Of a dispute that changed its reason, the one before; null for others.</summary>
    public string? EarlierReason { get; private init; }

    /// <summary>Most characters of each text.</summary>
    // Stripe says that its ids may grow to 255.
    public const int MaxLength = 255;

    // The year 5138: milliseconds of it are far below what a number holds.
    private const long MaxSeconds = 100_000_000_000;

    /// <exception cref="JsonException">The body is no JSON, or names a field twice.</exception>
    public static JsonDocument Parse(byte[] body)
    {
        var json = ByteOrderMark.Skip(body);
        WellFormedJson.Check(json);
        return JsonDocument.Parse(body.AsMemory(body.Length - json.Length), new JsonDocumentOptions { AllowDuplicateProperties = false });
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
            {
                Created = body.TryGetProperty("created", out var created) && created.ValueKind == JsonValueKind.Number
                    && created.TryGetInt64(out var seconds) && seconds is > 0 and < MaxSeconds ? seconds : 0,
                IsLive = !body.TryGetProperty("livemode", out var live) || live.ValueKind != JsonValueKind.False,
                EarlierReason = Text(data, "previous_attributes", "reason") is { Length: > 0 } reason ? reason : null,
            }
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
}
