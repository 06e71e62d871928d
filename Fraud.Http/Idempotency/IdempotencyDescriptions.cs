using Fraud.Http.ApiDocs;

namespace Fraud.Http.Idempotency;

/// <summary>The key's header as the OpenAPI document tells of it.</summary>
internal static class IdempotencyDescriptions
{
    // Rare: each example is another request, and would be refused under the key of the first.
    public static ApiParameter Header { get; } = new(
        IdempotencyKey.Header, "header",
        "A key of your choice for this request. Sent again with it, the request is not done again: the first answer comes back. 409 while "
        + "the first is in progress, 422 when the key belongs to another request.",
        "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"")
    {
        MinLength = 1,
        MaxLength = 257,
        IsRare = true,
    };
}
