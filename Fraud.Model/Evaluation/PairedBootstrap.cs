namespace Fraud.Model.Evaluation;

/// <summary>
/// How sure a difference between two models is, both measured on the same payments: cards are drawn with replacement and
/// both models are measured on each draw (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 8 and 13:
/// clusters, percentile intervals). By card and not by payment, because payments of a card go wrong together.
/// </summary>
/// <param name="resamples">Draws.</param>
/// <param name="confidence">Of the two-sided interval, such as 0.95.</param>
/// <param name="seed">The same seed and rows give the same interval.</param>
public sealed class PairedBootstrap(int resamples, double confidence, int seed)
{
    public PairedDifference Compare(PairedSample sample)
    {
        var cards = sample.Card.Distinct().Select(static (card, index) => (card, index)).ToDictionary(static entry => entry.card, static entry => entry.index);
        var cardOf = sample.Card.Select(card => cards[card]).ToArray();
        var champion = new RankedScores(sample.ChampionScores, sample.IsFraud);
        var challenger = new RankedScores(sample.ChallengerScores, sample.IsFraud);

        var weights = new int[cards.Count];
        Array.Fill(weights, 1);
        var gain = challenger.AveragePrecision(weights, cardOf) - champion.AveragePrecision(weights, cardOf);
        var saving = Saving(sample, weights, cardOf);

        var random = new Random(seed);
        var gains = new List<double>(resamples);
        var savings = new double[resamples];
        for (var draw = 0; draw < resamples; draw++)
        {
            Array.Clear(weights);
            for (var i = 0; i < weights.Length; i++)
            {
                weights[random.Next(weights.Length)]++;
            }

            savings[draw] = Saving(sample, weights, cardOf);
            var drawn = challenger.AveragePrecision(weights, cardOf) - champion.AveragePrecision(weights, cardOf);
            // A draw without a fraud says nothing about ranking.
            if (double.IsFinite(drawn))
            {
                gains.Add(drawn);
            }
        }

        return new PairedDifference(Between(gain, [.. gains]), Between(saving, savings));
    }

    private static double Saving(PairedSample sample, int[] weights, int[] cardOf)
    {
        double saved = 0;
        long payments = 0;
        for (var i = 0; i < cardOf.Length; i++)
        {
            var weight = weights[cardOf[i]];
            saved += weight * (sample.ChampionCosts[i] - sample.ChallengerCosts[i]);
            payments += weight;
        }

        return saved / payments;
    }

    private Interval Between(double value, double[] drawn)
    {
        if (drawn.Length == 0)
        {
            return new Interval(value, double.NaN, double.NaN);
        }

        Array.Sort(drawn);
        var tail = (1 - confidence) / 2;
        return new Interval(value, drawn[(int)Math.Floor(tail * (drawn.Length - 1))], drawn[(int)Math.Ceiling((1 - tail) * (drawn.Length - 1))]);
    }
}

/// <summary>The same payments under two models; all lists have one entry a payment.</summary>
/// <param name="Card">Any number that stands for the card.</param>
/// <param name="ChampionCosts">What the champion's decision about it cost.</param>
public sealed record PairedSample(
    IReadOnlyList<bool> IsFraud,
    IReadOnlyList<int> Card,
    IReadOnlyList<float> ChampionScores,
    IReadOnlyList<float> ChallengerScores,
    IReadOnlyList<double> ChampionCosts,
    IReadOnlyList<double> ChallengerCosts);

/// <param name="AveragePrecision">Challenger minus champion: above 0 the challenger is better.</param>
/// <param name="Saving">Champion minus challenger, a payment: above 0 the challenger is cheaper.</param>
public sealed record PairedDifference(Interval AveragePrecision, Interval Saving);

/// <param name="Value">On all rows as they are.</param>
/// <param name="Lower">NaN when no draw could be measured.</param>
public readonly record struct Interval(double Value, double Lower, double Upper);
