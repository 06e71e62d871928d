using Fraud.Model.Features;

namespace Fraud.Model.History;

/// <summary>The features that follow from a terminal's history, in the places of <see cref="FeatureCatalog"/>.</summary>
internal sealed class TerminalFeatures(long labelDelaySeconds)
{
    private const int Day = 86_400;

    // Four weeks of three payments a day; a longer run says nothing more.
    private const int MostStreakBuckets = 96;

    public void Fill(Span<float> features, EventHistory terminal, long seconds, int minorUnits)
    {
        var known = terminal.NothingYoungerThan(seconds - labelDelaySeconds);
        var day = terminal.Window(known - Day, known);
        var week = terminal.Window(known - (7 * Day), known);
        var month = terminal.Window(known - (30 * Day), known);
        features[9] = day.Count;
        features[10] = Share(day);
        features[11] = week.Count;
        features[12] = Share(week);
        features[13] = month.Count;
        features[14] = Share(month);
        features[20] = terminal.Window(known - (21 * Day), known).Frauds;
        FillKnownFrauds(features, terminal, seconds, known, minorUnits);
    }

    /// <summary>
    /// A compromised terminal shows as payments that are frauds without exception from one day on; single frauds among
    /// legitimate payments are their cards' affair.
    /// </summary>
    private static void FillKnownFrauds(Span<float> features, EventHistory terminal, long seconds, long known, int minorUnits)
    {
        var streak = terminal.Streak(known - (28 * Day), known, MostStreakBuckets);
        if (streak.Payments > 0)
        {
            features[27] = streak.Payments;
            features[28] = (float)(seconds - streak.Start) / Day;
            features[29] = (float)((double)streak.Amount / minorUnits / streak.Payments);
        }

        if (terminal.TryFrauds(known - (21 * Day), known, out var frauds))
        {
            features[30] = (float)(seconds - frauds.First) / Day;
            features[31] = (float)(seconds - frauds.Last) / Day;
            features[32] = frauds.Payments == 0 ? 0 : Math.Clamp((float)frauds.Frauds / frauds.Payments, 0, 1);
        }
    }

    // Labels may be here before their payments: a share stays a share.
    private static float Share(in WindowSums window) =>
        window.Count == 0 ? 0 : Math.Clamp((float)window.Frauds / window.Count, 0, 1);
}
