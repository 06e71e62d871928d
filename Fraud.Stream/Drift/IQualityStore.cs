namespace Fraud.Stream.Drift;

/// <summary>Stored decisions beside the labels that came for them. The calls block, and end within Storage:ReadTimeout each.</summary>
public interface IQualityStore
{
    /// <summary>
    /// By model and version: the newest payments that were scored before a moment, how many were flagged, and what is
    /// known of frauds among them. A payment without a label counts as legitimate.
    /// </summary>
    /// <param name="scoredBeforeMs">Milliseconds since 1970 UTC.</param>
    /// <param name="most">Payments counted at most, of all versions together.</param>
    IReadOnlyList<QualityCounts> Count(long scoredBeforeMs, int most);
}

/// <summary>Payments of one version of a model.</summary>
/// <param name="Payments">Exact up to 2,000 payments; of more, estimated by as many of them, evenly chosen.</param>
/// <param name="Flagged">Reviewed or blocked.</param>
/// <param name="FlaggedFrauds">Of them: known to be frauds.</param>
/// <param name="MissedFrauds">Approved and known to be frauds.</param>
public sealed record QualityCounts(
    string Model, string Version, long Payments, long Flagged, long FlaggedFrauds, long MissedFrauds);
