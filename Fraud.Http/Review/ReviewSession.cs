using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;

namespace Fraud.Http.Review;

/// <summary>The answer of <c>GET /review/session</c>.</summary>
internal sealed record ReviewSession : IExample<ReviewSession>
{
    [Description("Whether people can sign in by an identity provider.")]
    public required bool HasProvider { get; init; }

    [Description("Who is signed in by it, as the audit log says; null: no one."), MaxLength(300)]
    public required string? Name { get; init; }

    [Description("What the person may do."), Length(0, 10), Items(MaxLength = 20)]
    public required IReadOnlyList<string> Scopes { get; init; }

    public static ReviewSession Example { get; } = new() { HasProvider = false, Name = null, Scopes = [] };
}

/// <summary>The answer of <c>DELETE /review/session</c>.</summary>
internal sealed record ReviewSessionEnd : IExample<ReviewSessionEnd>
{
    [Description("Where the identity provider ends its own session; null where it has no such place, does not answer, or no one was signed in."), MaxLength(4_000)]
    public required string? ProviderUrl { get; init; }

    public static ReviewSessionEnd Example { get; } = new() { ProviderUrl = null };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ReviewSession))]
[JsonSerializable(typeof(ReviewSessionEnd))]
internal sealed partial class ReviewJson : JsonSerializerContext;
