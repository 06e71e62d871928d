using Fraud.Model.Features;

namespace Fraud.Model.History;

/// <summary>The features that follow from a terminal's history, in the places of <see cref="FeatureCatalog"/>.</summary>
internal sealed class TerminalFeatures(long labelDelaySeconds)
{
    private const int Day = 86_400;

    public void Fill(Span<float> features, EventHistory terminal, long seconds)
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
    }

    // Labels may be here before their payments: a share stays a share.
    private static float Share(in WindowSums window) =>
        window.Count == 0 ? 0 : Math.Clamp((float)window.Frauds / window.Count, 0, 1);
}
