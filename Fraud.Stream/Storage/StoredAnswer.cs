using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;

namespace Fraud.Stream.Storage;

/// <summary>What a payment was answered when it was stored.</summary>
public sealed record StoredAnswer(float Score, Decision Decision, IReadOnlyList<string> Reasons, ScoredBy ScoredBy)
{
    /// <summary>That of the only payment of a page.</summary>
    public static StoredAnswer Of(byte[] bytes)
    {
        var page = new PageReader(bytes);
        return page.Read() && page.ScoredBy is { } by
            ? new StoredAnswer(page.Payment.Score, page.Payment.Decision, page.Reasons(), by)
            : throw new ArgumentException("expected a page with a payment that was scored", nameof(bytes));
    }

    /// <summary>A payment that is sent again gets the answer of before.</summary>
    public void GiveTo(Payment payment)
    {
        payment.Score = Score;
        payment.Decision = Decision;
        payment.Reasons = Reasons;
        payment.ScoredBy = ScoredBy;
    }
}
