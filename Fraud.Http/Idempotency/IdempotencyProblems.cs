using Fraud.Http.Problems;

namespace Fraud.Http.Idempotency;

/// <summary>What callers hear about their keys, with the statuses of draft-ietf-httpapi-idempotency-key-header.</summary>
internal static class IdempotencyProblems
{
    /// <summary>It is malformed, or missing where one is required.</summary>
    public static Problem Wrong { get; } = new(400, "Bad Request", $"{IdempotencyKey.Header}: expected {IdempotencyKey.Expected}")
    {
        Field = IdempotencyKey.Header,
        Expected = IdempotencyKey.Expected,
    };

    public static Problem InProgress { get; } = new(
        409, "Conflict", "A request with this Idempotency-Key has not been answered yet. Ask again a little later.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static Problem OtherRequest { get; } = new(
        422, "Unprocessable Entity", "This Idempotency-Key belongs to a request with another address or body. Use a new one.")
    {
        Field = IdempotencyKey.Header,
        Expected = "a key that was not used for another request",
    };

    public static Problem Full { get; } = new(
        503, "Service Unavailable", "As many requests with an Idempotency-Key are in progress as may be.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };
}
