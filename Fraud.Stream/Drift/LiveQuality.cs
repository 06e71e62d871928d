namespace Fraud.Stream.Drift;

/// <summary>How well a version does on payments that are old enough for their labels. Null where nothing was to be judged.</summary>
/// <param name="Precision">Of flagged payments: the share that are frauds.</param>
/// <param name="Recall">Of known frauds: the share that was flagged.</param>
/// <param name="F1">Harmonic mean of both.</param>
/// <param name="Accuracy">Of all payments: the share judged rightly.</param>
public sealed record LiveQuality(
    string Model, string Version, long Payments, long Flagged, long KnownFrauds, double? Precision, double? Recall, double? F1, double? Accuracy)
{
    /// <summary>Flagged payments that are frauds: true positives. The rest of <see cref="Flagged"/> are false ones.</summary>
    public long FlaggedFrauds { get; init; }

    public static LiveQuality Of(QualityCounts counts)
    {
        var frauds = counts.FlaggedFrauds + counts.MissedFrauds;
        // The number of payments may be an estimate; what is counted exactly is among them.
        var payments = Math.Max(counts.Payments, counts.Flagged + counts.MissedFrauds);
        var wrong = counts.Flagged - counts.FlaggedFrauds + counts.MissedFrauds;
        return new LiveQuality(
            counts.Model,
            counts.Version,
            payments,
            counts.Flagged,
            frauds,
            Share(counts.FlaggedFrauds, counts.Flagged),
            Share(counts.FlaggedFrauds, frauds),
            Share(2 * counts.FlaggedFrauds, counts.Flagged + frauds),
            Share(payments - wrong, payments))
        {
            FlaggedFrauds = counts.FlaggedFrauds,
        };
    }

    /// <summary>
    /// Upper end of Wilson's interval (1927) of a share: what it may well be, seen in <paramref name="cases"/> cases.
    /// </summary>
    /// <param name="z">Standard deviations.</param>
    public static double Upper(double share, double cases, double z)
    {
        var z2 = z * z / cases;
        return (share + (z2 / 2) + (z * Math.Sqrt(((share * (1 - share)) + (z2 / 4)) / cases))) / (1 + z2);
    }

    private static double? Share(double part, double whole) => whole > 0 ? part / whole : null;
}
