using Fraud.Model;

namespace Fraud.Stream.Shadow;

/// <summary>What is kept.</summary>
/// <param name="MaxRows">The newest.</param>
/// <param name="OldestMs">Scored from here on, milliseconds since 1970 UTC.</param>
public readonly record struct ShadowRetention(long MaxRows, long OldestMs);

/// <summary>Two models that were compared.</summary>
public sealed record ModelPair(string Model, string Version, string BaseModel, string BaseVersion);

/// <summary>Payments that the two decided so.</summary>
/// <param name="IsFraud">What the label says; null without one.</param>
/// <param name="IsDecider">Whether the candidate's decision was the one given.</param>
public sealed record PairedDecisions(ModelPair Pair, Decision Decision, Decision BaseDecision, bool? IsFraud, bool IsDecider, long Payments);

/// <summary>Payments whose score lies in a bin.</summary>
/// <param name="IsBase">The score of the model in service; else the candidate's.</param>
/// <param name="Bin">0 to <see cref="ShadowCounts.Bins"/> - 1.</param>
public sealed record ScoreBin(ModelPair Pair, bool IsBase, int Bin, long Payments);

/// <summary>All that a report is made of.</summary>
public sealed record ShadowCounts(IReadOnlyList<PairedDecisions> Decisions, IReadOnlyList<ScoreBin> Scores)
{
    /// <summary>Bins of equal width that scores from 0 to 1 are counted in.</summary>
    public const int Bins = 1_000;
}
