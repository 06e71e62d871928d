using Fraud.Http.Problems;

namespace Fraud.Http.Scoring;

/// <summary>What a caller hears whose payment was admitted and could not be answered.</summary>
internal static class ReplyProblems
{
    private static readonly Problem Late = new(
        503, "Service Unavailable", "The payment was accepted but not finished in time. Ask again with the same transaction_id: it is counted once.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    private static readonly Problem Failed = new(
        503, "Service Unavailable", "It was accepted and is still on its way, or the service is stopping. Ask again with the same transaction_id: it is counted once.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    // Whatever was not counted by then is not scored any more; which of the two it was the caller learns by asking.
    private static readonly Problem Expired = new(
        504, "Gateway Timeout", "The payment was not finished within the time that the request allows. Ask again with the same transaction_id or Idempotency-Key: it is counted once.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    private static readonly Problem Poisoned = new(
        500, "Internal Server Error", "The service fails with this payment whenever it scores it, and has refused it. It is counted nowhere; to ask again at once is of no use.");

    public static Problem Of(ReplyOutcome outcome) => outcome switch
    {
        ReplyOutcome.Late => Late,
        ReplyOutcome.Expired => Expired,
        ReplyOutcome.Poisoned => Poisoned,
        _ => Failed,
    };
}
