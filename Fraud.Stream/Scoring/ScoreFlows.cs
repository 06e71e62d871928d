using Fraud.Stream.Batching;
using Fraud.Stream.Shadow;

namespace Fraud.Stream.Scoring;

/// <summary>Makes the scoring stage of each lane of a graph.</summary>
/// <param name="shadows">Where each lane leaves what shadow models score; empty when there are none.</param>
public sealed class ScoreFlows(
    ModelRoutes models, DecideFlow decide, BatchingOptions batching, TimeProvider time, IReadOnlyList<ShadowRing> shadows)
{
    /// <summary>What serves payments that no route sends elsewhere.</summary>
    public ModelHolder Champion => models.Champion;

    public ScoreFlow Of(int lane) => new(models, decide, batching.MaxBatchSize, time, shadows.ElementAtOrDefault(lane));
}
