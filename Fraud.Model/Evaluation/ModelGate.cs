namespace Fraud.Model.Evaluation;

/// <summary>By what a challenger has to be surely better; by the other it must not be surely worse.</summary>
public enum GateCriterion
{
    /// <summary>Average precision: how well frauds are told from the rest, whatever the thresholds.</summary>
    Ranking,

    /// <summary>What decisions cost, with each model's own thresholds.</summary>
    Cost,
}

/// <summary>What a challenger must show to take the champion's place.</summary>
/// <param name="MinGain">By ranking: the lower bound of the gain in average precision must be above it.</param>
/// <param name="MinSaving">
/// The lower bound of what is saved a payment must be above it; null: by cost above nothing, by ranking only not surely dearer.
/// </param>
/// <param name="MinFrauds">Fewer than that in the window decide nothing: refused.</param>
public sealed record GateRules(double MinGain, double? MinSaving, int MinFrauds, double Confidence, int Resamples, int Seed, DecisionCosts Costs)
{
    public GateCriterion By { get; init; }
}

/// <summary>Decides whether a challenger may replace the champion: both on the same payments, the newest whose labels are known.</summary>
public sealed class ModelGate(GateRules rules)
{
    public GateReport Judge(GateRows rows, GateModel champion, GateModel challenger)
    {
        var isFraud = Enumerable.Range(0, rows.Count).Select(rows.IsFraud).ToArray();
        var of = Side.Of(rows, champion, rules.Costs);
        var against = Side.Of(rows, challenger, rules.Costs);
        var frauds = isFraud.Count(static fraud => fraud);
        if (frauds < rules.MinFrauds || frauds == 0 || frauds == rows.Count)
        {
            return new GateReport(
                false, $"the window has {frauds} frauds in {rows.Count} payments; at least {Math.Max(1, rules.MinFrauds)} frauds and a genuine payment are needed",
                rows.Count, frauds, of.Quality, against.Quality, default, default, rules);
        }

        var difference = new PairedBootstrap(rules.Resamples, rules.Confidence, rules.Seed)
            .Compare(new PairedSample(isFraud, rows.Cards, champion.Scores, challenger.Scores, of.Costs, against.Costs));
        var (gain, saving) = (difference.AveragePrecision, difference.Saving);
        var refused = rules.By == GateCriterion.Cost ? RefusedByCost(gain, saving) : RefusedByRanking(gain, saving);
        return new GateReport(
            refused is null,
            refused ?? (rules.By == GateCriterion.Cost
                ? FormattableString.Invariant($"a payment costs {saving.Value:0.0000} less, with {rules.Confidence:P0} confidence {saving.Lower:0.0000} to {saving.Upper:0.0000}")
                : FormattableString.Invariant($"average precision rises by {gain.Value:0.0000}, with {rules.Confidence:P0} confidence by {gain.Lower:0.0000} to {gain.Upper:0.0000}")),
            rows.Count, frauds, of.Quality, against.Quality, gain, saving, rules);
    }

    // In both comparisons are false for NaN: what could not be measured does not pass.
    private string? RefusedByCost(Interval gain, Interval saving) =>
        !(saving.Lower > (rules.MinSaving ?? 0)) ? FormattableString.Invariant($"cost: the lower bound of the saving a payment, {saving.Lower:0.0000}, is not above {rules.MinSaving ?? 0:0.####}")
        : !(gain.Upper >= 0) ? FormattableString.Invariant($"average precision: the challenger ranks surely worse, by {-gain.Upper:0.0000} or more")
        : null;

    private string? RefusedByRanking(Interval gain, Interval saving) =>
        !(gain.Lower > rules.MinGain) ? FormattableString.Invariant($"average precision: the lower bound of the gain, {gain.Lower:0.0000}, is not above {rules.MinGain:0.####}")
        : rules.MinSaving is { } least && !(saving.Lower > least) ? FormattableString.Invariant($"cost: the lower bound of the saving a payment, {saving.Lower:0.0000}, is not above {least:0.####}")
        : rules.MinSaving is null && !(saving.Upper >= 0) ? FormattableString.Invariant($"cost: the challenger is surely dearer, by {-saving.Upper:0.0000} or more a payment")
        : null;

    private sealed record Side(ModelQuality Quality, double[] Costs)
    {
        public static Side Of(GateRows rows, GateModel model, DecisionCosts costs)
        {
            var each = new double[rows.Count];
            var (reviews, blocks, falseBlocks, caught) = (0, 0, 0, 0);
            double lost = 0;
            for (var i = 0; i < each.Length; i++)
            {
                var fraud = rows.IsFraud(i);
                var decision = model.Policy.Decide(model.Scores[i], rows.AmountsMinor[i]);
                each[i] = costs.Of(decision, fraud, rows.AmountsMinor[i]);
                reviews += decision == Decision.Review ? 1 : 0;
                blocks += decision == Decision.Block ? 1 : 0;
                falseBlocks += decision == Decision.Block && !fraud ? 1 : 0;
                caught += decision != Decision.Approve && fraud ? 1 : 0;
                lost += decision == Decision.Approve && fraud ? rows.AmountsMinor[i] / 100.0 : 0;
            }

            return new Side(
                new ModelQuality(
                    model.Name, model.Version, Training.Ranking.AveragePrecision(model.Scores, rows.IsFraud),
                    Training.Ranking.RocAuc(model.Scores, rows.IsFraud), caught, lost, reviews, blocks, falseBlocks, each.Sum()),
                each);
        }
    }
}

/// <summary>The payments of the window.</summary>
/// <param name="Cards">Any number that stands for the card, for each.</param>
public sealed record GateRows(IReadOnlyList<bool> Frauds, IReadOnlyList<int> Cards, IReadOnlyList<long> AmountsMinor)
{
    public int Count => Frauds.Count;

    public bool IsFraud(int row) => Frauds[row];
}

/// <summary>A model with its scores of these payments.</summary>
public sealed record GateModel(string Name, string Version, float[] Scores, DecisionPolicy Policy);

/// <summary>What came of the gate.</summary>
/// <param name="Reason">Why, for people.</param>
/// <param name="Gain">Of average precision, challenger minus champion.</param>
/// <param name="Saving">A payment, champion minus challenger.</param>
public sealed record GateReport(
    bool IsPassed,
    string Reason,
    int Payments,
    int Frauds,
    ModelQuality Champion,
    ModelQuality Challenger,
    Interval Gain,
    Interval Saving,
    GateRules Rules);

/// <summary>A model on the window, with its own thresholds.</summary>
/// <param name="LostAmount">Of frauds that were let through.</param>
/// <param name="Cost">Of all decisions together.</param>
public sealed record ModelQuality(
    string Model,
    string Version,
    double AveragePrecision,
    double RocAuc,
    int FraudsCaught,
    double LostAmount,
    int Reviews,
    int Blocks,
    int FalseBlocks,
    double Cost);
