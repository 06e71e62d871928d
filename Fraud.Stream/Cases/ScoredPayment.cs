using Fraud.Model;

namespace Fraud.Stream.Cases;

/// <summary>A stored payment, flagged or not, with what its score was made of.</summary>
/// <param name="Features">As they were when it was scored, in the order of <see cref="Model.Features.FeatureCatalog"/>; shorter when an earlier version stored it.</param>
public sealed record ScoredPayment(
    string TransactionId,
    float Score,
    Decision Decision,
    IReadOnlyList<string> Reasons,
    string Model,
    string ModelVersion,
    IReadOnlyList<float> Features);
