using System.Globalization;
using Fraud.Model.Features;

namespace Fraud.Model.Training;

/// <summary>What to train on and how. Everything that decides the result, to the byte.</summary>
public sealed record TrainingOptions
{
    /// <summary>First day of training.</summary>
    public DateOnly TrainFrom { get; init; } = new(2018, 7, 25);

    public int TrainDays { get; init; } = 7;

    /// <summary>Days between training and test, whose labels are not known yet when the model is trained.</summary>
    public int DelayDays { get; init; } = 7;

    public int TestDays { get; init; } = 7;

    /// <summary>Last days of training that choose the number of rounds; the model is then trained on all of them.</summary>
    public int ValidationDays { get; init; } = 2;

    /// <summary>Features to use, by name.</summary>
    public IReadOnlyList<string> Features { get; init; } = FeatureCatalog.Names;

    public int MaxRounds { get; init; } = 400;

    /// <summary>Rounds without a better validation result before training stops.</summary>
    public int PatienceRounds { get; init; } = 40;

    public int MaxDepth { get; init; } = 5;

    public double LearningRate { get; init; } = 0.1;

    public int Seed { get; init; } = 42;

    /// <summary>Leave cards out of the test that were known to be defrauded, as the handbook does.</summary>
    public bool DropKnownCards { get; init; } = true;

    /// <summary>Precision on validation days from which on a payment is reviewed: one fraud in two reviews.</summary>
    public double ReviewPrecision { get; init; } = 0.5;

    /// <summary>Precision on validation days from which on a payment is blocked.</summary>
    public double BlockPrecision { get; init; } = 0.95;

    public DateOnly TrainTo => TrainFrom.AddDays(TrainDays - 1);

    public DateOnly TestFrom => TrainFrom.AddDays(TrainDays + DelayDays);

    public DateOnly TestTo => TestFrom.AddDays(TestDays - 1);

    internal IReadOnlyDictionary<string, string> Parameters() => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["objective"] = "binary:logistic",
        ["eval_metric"] = "aucpr",
        // Histograms of 256 bins lose single large amounts; exact splits keep them.
        ["tree_method"] = "exact",
        ["max_depth"] = MaxDepth.ToString(CultureInfo.InvariantCulture),
        ["eta"] = LearningRate.ToString(CultureInfo.InvariantCulture),
        ["subsample"] = "0.8",
        ["colsample_bytree"] = "0.7",
        ["min_child_weight"] = "3",
        ["seed"] = Seed.ToString(CultureInfo.InvariantCulture),
        // One thread: sums in one order, so the same input gives the same model to the byte.
        ["nthread"] = "1",
        ["verbosity"] = "0",
    };
}
