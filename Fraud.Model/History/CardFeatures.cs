using Fraud.Model.Features;

namespace Fraud.Model.History;

/// <summary>The features that follow from a payment itself and from its card's history, in the places of <see cref="FeatureCatalog"/>.</summary>
internal sealed class CardFeatures(long labelDelaySeconds)
{
    private const int Hour = 3_600;
    private const int Day = 86_400;

    // Far above anything a model tells apart; keeps a cent after nothing but cents finite.
    private const double MostTimes = 1_000;

    // Amounts that scatter by half of their mean exceed three times of it once in 30,000.
    private const double UnusualTimes = 3;

    // A fraud is known to be one: less has to be said about its amount.
    private const double KnownUnusualTimes = 2.5;

    public static void FillPayment(Span<float> features, Transaction payment, long seconds)
    {
        features[..FeatureCatalog.Count].Clear();
        // 1970-01-01 was a Thursday; Monday is 0.
        var weekday = ((seconds / Day) + 3) % 7;
        features[0] = payment.Amount;
        features[1] = weekday >= 5 ? 1 : 0;
        features[2] = seconds % Day / Hour <= 6 ? 1 : 0;
    }

    /// <summary>What only the card's earlier payments tell; called before this one is counted.</summary>
    public void FillPrevious(Span<float> features, EventHistory card, long seconds, float amount, int minorUnits)
    {
        // A card that never paid before counts as silent for as long as a window looks back.
        features[18] = card.TryLastAtOrBefore(seconds, out var previous)
            ? Math.Min(seconds - previous, 30 * Day)
            : 30 * Day;
        FillUsual(features, card, seconds, amount, minorUnits);
    }

    /// <summary>The rest; called when the payment is counted.</summary>
    public void Fill(Span<float> features, EventHistory card, long seconds, float amount, int minorUnits)
    {
        var day = card.Window(seconds - Day, seconds);
        var week = card.Window(seconds - (7 * Day), seconds);
        var month = card.Window(seconds - (30 * Day), seconds);
        features[3] = day.Count;
        features[4] = Average(day, minorUnits);
        features[5] = week.Count;
        features[6] = Average(week, minorUnits);
        features[7] = month.Count;
        features[8] = Average(month, minorUnits);

        // Ratios compare with the card's other payments; without any there is nothing unusual: 1.
        var others = (((double)month.Amount / minorUnits) - amount) / Math.Max(1, month.Count - 1);
        features[15] = month.Count > 1 && others > 0 ? (float)Math.Min(amount / others, 1_000) : 1;
        features[16] = features[8] > 0 ? features[6] / features[8] : 1;
        features[17] = card.Window(seconds - Hour, seconds).Count;
        var known = card.NothingYoungerThan(seconds - labelDelaySeconds);
        features[19] = card.Window(known - (7 * Day), known).Frauds;
    }

    private void FillUsual(Span<float> features, EventHistory card, long seconds, float amount, int minorUnits)
    {
        Span<Moment> room = stackalloc Moment[UsualAmount.MostMoments];
        var moments = card.Newest(seconds - (UsualAmount.Days * Day), seconds, room);
        var usual = UsualAmount.Of(moments, minorUnits);
        if (usual.Mean <= 0)
        {
            // Nothing to compare with, so nothing is unusual.
            features[21] = 1;
            return;
        }

        features[21] = (float)Math.Min(amount / usual.Mean, MostTimes);
        features[22] = (float)Math.Clamp((amount - usual.Mean) / usual.Spread, -MostTimes, MostTimes);

        var known = card.NothingYoungerThan(seconds - labelDelaySeconds);
        int all = 0, unusual = 0, knownFrauds = 0;
        double largest = 0;
        foreach (ref readonly var moment in moments)
        {
            var average = moment.Average(minorUnits);
            if (moment.Start > seconds - (14 * Day))
            {
                all += moment.Count;
                unusual += average > UnusualTimes * usual.Mean ? moment.Count : 0;
                largest = Math.Max(largest, average);
            }

            if (moment.Start > known - (7 * Day) && moment.Start <= known && average > KnownUnusualTimes * usual.Mean)
            {
                knownFrauds += moment.Frauds;
            }
        }

        features[23] = unusual;
        features[24] = all > 0 ? (float)unusual / all : 0;
        features[25] = (float)Math.Min(largest / usual.Mean, MostTimes);
        features[26] = knownFrauds;
    }

    private static float Average(in WindowSums window, int minorUnits) =>
        window.Count == 0 ? 0 : (float)((double)window.Amount / minorUnits / window.Count);
}
