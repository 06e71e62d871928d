using Fraud.Model;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Storage;

/// <summary>What a payment was answered when it was stored.</summary>
public sealed record StoredAnswer(float Score, Decision Decision, IReadOnlyList<string> Reasons, ScoredBy ScoredBy)
{
    /// <summary>A payment that is sent again gets the answer of before.</summary>
    public void GiveTo(Payment payment)
    {
        payment.Score = Score;
        payment.Decision = Decision;
        payment.Reasons = Reasons;
        payment.ScoredBy = ScoredBy;
    }
}
