using Fraud.Http.Problems;

namespace Fraud.Http.Idempotency;

/// <summary>What callers hear about their keys, with the statuses of draft-ietf-httpapi-idempotency-key-header.</summary>
internal static class IdempotencyProblems
{
    public static Problem Malformed { get; } = Wrong("The Idempotency-Key is malformed");

    public static Problem Missing { get; } = Wrong("An Idempotency-Key is required");

    public static Problem InProgress { get; } = new(
        409, "The request is in progress", "A request with this Idempotency-Key has not been answered yet. Ask again a little later.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static Problem OtherRequest { get; } = new(
        422, "The Idempotency-Key was used", "This Idempotency-Key belongs to a request with another address or body. Use a new one.")
    {
        Field = IdempotencyKey.Header,
        Expected = "a key that was not used for another request",
    };

    public static Problem Full { get; } = new(
        503, "The service is full", "As many requests with an Idempotency-Key are in progress as may be.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    private static Problem Wrong(string title) => new(400, title, $"{IdempotencyKey.Header}: expected {IdempotencyKey.Expected}")
    {
        Field = IdempotencyKey.Header,
        Expected = IdempotencyKey.Expected,
    };
}
