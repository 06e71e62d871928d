namespace Fraud.Stream.Drift;

/// <summary>Payments of one version of a model.</summary>
/// <param name="Payments">Exact up to 2,000 payments; of more, estimated by as many of them, evenly chosen.</param>
/// <param name="Flagged">Reviewed or blocked.</param>
/// <param name="FlaggedFrauds">Of them: known to be frauds.</param>
/// <param name="MissedFrauds">Approved and known to be frauds.</param>
public sealed record QualityCounts(
    string Model, string Version, long Payments, long Flagged, long FlaggedFrauds, long MissedFrauds);
