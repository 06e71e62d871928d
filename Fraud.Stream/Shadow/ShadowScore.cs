using Fraud.Model;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Shadow;

/// <summary>What a candidate and the model in service say of one payment.</summary>
/// <param name="Base">The champion, or the model of feature lists, whoever decided.</param>
/// <param name="IsDecider">The candidate is the one that decided: a challenger, on a card of its own.</param>
/// <param name="ScoredAtMs">Milliseconds since 1970 UTC.</param>
public readonly record struct ShadowScore(
    ShortText TransactionId,
    ScoredBy Candidate,
    float Score,
    Decision Decision,
    ScoredBy Base,
    float BaseScore,
    Decision BaseDecision,
    bool IsDecider,
    long ScoredAtMs);
