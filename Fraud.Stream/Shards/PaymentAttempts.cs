namespace Fraud.Stream.Shards;

/// <summary>
/// Attempts of the front door to have one payment scored. <c>moved</c>, refusal and silence are followed by another attempt with the
/// same id
/// and event time until the deadline, each with a reply address of its own (rules 14 and 20 of docs/decisions/0011).
/// </summary>
/// <remarks>
/// An answer counts, whichever attempt it answers: else a shard whose commits take longer than the time between two attempts would never
/// answer. <c>moved</c> counts for the present attempt only.
/// </remarks>
/// <param name="Deadline">On this process' monotonic clock. It never leaves the process: what travels is <see cref="TimeLeft"/>.</param>
/// <param name="Number">Of the present attempt, from 1.</param>
/// <param name="SentAt">When the present attempt was sent.</param>
public readonly record struct PaymentAttempts(TimeSpan Deadline, int Number, TimeSpan SentAt)
{
    /// <summary>From one attempt to the next after <c>moved</c>: a shard on its way is away for seconds.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Without any reply. Longer than <see cref="Interval"/>, because a payment that waits for its commit is silent, too, and each attempt
    /// at it takes a place in the lane just when places are few.
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    public static PaymentAttempts Begin(TimeSpan now, TimeSpan timeLeft) => new(now + timeLeft, 1, now);

    /// <summary>What the callee may still use. Its clock may say another time.</summary>
    public TimeSpan TimeLeft(TimeSpan now) => Deadline > now ? Deadline - now : TimeSpan.Zero;

    /// <summary>Whether <c>moved</c> for an attempt is about the present one.</summary>
    public bool IsPresent(int number) => number == Number;

    /// <summary>After <c>moved</c> or <see cref="Silence"/>.</summary>
    /// <param name="wait">Until the next attempt is to be sent.</param>
    /// <returns>False when the deadline comes before the next attempt: the caller is told to try again.</returns>
    public bool TryNext(TimeSpan now, out PaymentAttempts next, out TimeSpan wait)
    {
        var at = SentAt + Interval > now ? SentAt + Interval : now;
        wait = at - now;
        next = new PaymentAttempts(Deadline, Number + 1, at);
        return at < Deadline;
    }
}
