namespace Fraud.Model.Training;

/// <summary>
/// What could be known at most: the probability of fraud for somebody who knows how the handbook's three scenarios are
/// made and each card's true mean amount, but of labels only those older than the delay. The bound that features and
/// trees are held against.
/// </summary>
/// <remarks>
/// Scenario 1: amounts above 220. Scenario 2: a terminal is drawn with 2 in 10,000 a day, and all its payments of 28 days
/// are frauds. Scenario 3: a card is drawn with 3 in 5,000 a day, and a third of its payments of 14 days have five times
/// their amount. Legitimate amounts are normal with half their mean as deviation; negative ones are drawn again, evenly
/// up to twice the mean.
/// </remarks>
public sealed class ScenarioOracle(int delayDays)
{
    private const int Day = 86_400;
    private const float SureAmount = 220;
    private const int TerminalDays = 28;
    private const double TerminalRate = 2.0 / 10_000;
    private const int CardDays = 14;
    private const double CardRate = 3.0 / 5_000;
    private const double FraudShare = 1.0 / 3;
    private const double Times = 5;

    // Of a normal distribution whose deviation is half its mean: the share below zero, and what drawing those anew
    // makes of its mean.
    private const double Negative = 0.02275;
    private const double MeanFactor = 1.027;

    /// <summary>Scores of the rows from a day on, in order.</summary>
    public List<float> Score(IReadOnlyList<HandbookRow> history, DateOnly first)
    {
        var means = history.Where(static row => !row.IsFraud)
            .GroupBy(static row => row.CustomerId)
            .ToDictionary(static card => card.Key, static card => card.Average(static row => row.AmountMinor / 100.0) / MeanFactor);
        var (cards, terminals) = (new Dictionary<int, List<HandbookRow>>(), new Dictionary<int, List<HandbookRow>>());
        var firstDay = FeatureReplay.DayOf(first);
        var scores = new List<float>();
        foreach (var row in history)
        {
            var (card, terminal) = (Of(cards, row.CustomerId), Of(terminals, row.TerminalId));
            if (row.UnixSeconds / Day >= firstDay)
            {
                var amount = row.AmountMinor / 100.0;
                scores.Add(amount > SureAmount
                    ? 1
                    : (float)(1 - ((1 - OfTerminal(terminal, row.UnixSeconds)) * (1 - OfCard(card, row.UnixSeconds, amount, means.GetValueOrDefault(row.CustomerId, 50))))));
            }

            card.Add(row);
            terminal.Add(row);
        }

        return scores;
    }

    /// <summary>Chance that the terminal is compromised on the day, by the days on which that could have begun.</summary>
    private double OfTerminal(List<HandbookRow> payments, long seconds)
    {
        var today = seconds / Day;
        var known = seconds - ((long)delayDays * Day);
        // A payment that is known to be legitimate says that no compromise was under way; one that is known to be of
        // this scenario, that one was. A fraud of another scenario on top hides it and says nothing.
        long legitimate = long.MinValue, compromised = long.MaxValue;
        for (var i = payments.Count - 1; i >= 0 && payments[i].UnixSeconds / Day > today - (2 * TerminalDays); i--)
        {
            if (payments[i].UnixSeconds > known)
            {
                continue;
            }

            if (!payments[i].IsFraud)
            {
                legitimate = payments[i].UnixSeconds / Day;
                break;
            }

            if (payments[i].Scenario == 2)
            {
                compromised = payments[i].UnixSeconds / Day;
            }
        }

        double still = 0, all = 0;
        for (var start = Math.Max(legitimate + 1, today - (2 * TerminalDays)); start <= today; start++)
        {
            if (start <= compromised && start + TerminalDays > (compromised == long.MaxValue ? start : compromised))
            {
                all++;
                still += start + TerminalDays > today ? 1 : 0;
            }
        }

        return compromised == long.MaxValue
            ? Math.Min(1, still * TerminalRate)
            : all > 0 ? still / all : 0;
    }

    /// <summary>Chance that this payment is inflated, over the days on which the card may have been drawn.</summary>
    private double OfCard(List<HandbookRow> payments, long seconds, double amount, double mean)
    {
        var today = seconds / Day;
        var known = seconds - ((long)delayDays * Day);
        var (plain, inflated) = (Density(amount, mean), Density(amount / Times, mean) / Times);
        double likelihood = 1, fraud = 0, drawn = 0;
        var next = payments.Count - 1;
        for (var start = today; start > today - CardDays; start--)
        {
            for (; next >= 0 && payments[next].UnixSeconds / Day >= start; next--)
            {
                var past = payments[next];
                var before = past.AmountMinor / 100.0;
                var (usual, large) = (Density(before, mean), Density(before / Times, mean) / Times);
                likelihood *= past.UnixSeconds > known
                    ? (((1 - FraudShare) * usual) + (FraudShare * large)) / usual
                    : past.Scenario == 3 ? 1e6 : 1 - FraudShare;
            }

            drawn += CardRate * likelihood * (((1 - FraudShare) * plain) + (FraudShare * inflated));
            fraud += CardRate * likelihood * FraudShare * inflated;
        }

        return fraud / (drawn + ((1 - (CardRate * CardDays)) * plain));
    }

    private static double Density(double amount, double mean)
    {
        var deviation = mean / 2;
        var z = (amount - mean) / deviation;
        // Never nothing: an amount far out is unlikely, not impossible, and stays finite in ratios.
        return (Math.Exp(-0.5 * z * z) / (deviation * Math.Sqrt(2 * Math.PI)))
            + (amount <= 2 * mean ? Negative / (2 * mean) : 0) + 1e-12;
    }

    private static List<HandbookRow> Of(Dictionary<int, List<HandbookRow>> payments, int key)
    {
        if (!payments.TryGetValue(key, out var list))
        {
            payments[key] = list = [];
        }

        return list;
    }
}
