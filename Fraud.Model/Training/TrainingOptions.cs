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

    /// <summary>Trees, or 0 to let the validation days choose.</summary>
    public int Rounds { get; init; }

    public int MaxDepth { get; init; } = 5;

    public double LearningRate { get; init; } = 0.1;

    /// <summary>Share of the rows that each tree sees.</summary>
    public double RowShare { get; init; } = 0.8;

    /// <summary>Share of the features that each tree sees.</summary>
    public double FeatureShare { get; init; } = 0.7;

    /// <summary>Least sum of hessians in a leaf; of sure rows a leaf needs more.</summary>
    public double MinLeafWeight { get; init; } = 3;

    /// <summary>Pull of leaf values towards zero (L2).</summary>
    public double LeafPenalty { get; init; } = 1;

    /// <summary>
    /// Bins of a feature's histogram, or 0 for exact splits. Few bins lose single large amounts: 256 cost 0.02 of average
    /// precision. Thousands keep them and are several times faster than exact splits on weeks of rows.
    /// </summary>
    public int Bins { get; init; }

    public int Seed { get; init; } = 42;

    /// <summary>Leave cards out of the test that were known to be defrauded, as the handbook does.</summary>
    public bool DropKnownCards { get; init; } = true;

    /// <summary>Fit scores to probabilities on the validation days.</summary>
    public bool Calibrate { get; init; } = true;

    /// <summary>By default one fraud in two reviews, and nineteen in twenty blocks.</summary>
    public ThresholdChoice Thresholds { get; init; } = new PrecisionThresholds(0.5, 0.95);

    public DateOnly TrainTo => TrainFrom.AddDays(TrainDays - 1);

    public DateOnly TestFrom => TrainFrom.AddDays(TrainDays + DelayDays);

    public DateOnly TestTo => TestFrom.AddDays(TestDays - 1);

    internal IReadOnlyDictionary<string, string> Parameters()
    {
        var parameters = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["objective"] = "binary:logistic",
            ["eval_metric"] = "aucpr",
            ["tree_method"] = Bins > 0 ? "hist" : "exact",
            ["max_depth"] = MaxDepth.ToString(CultureInfo.InvariantCulture),
            ["eta"] = LearningRate.ToString(CultureInfo.InvariantCulture),
            ["subsample"] = RowShare.ToString(CultureInfo.InvariantCulture),
            ["colsample_bytree"] = FeatureShare.ToString(CultureInfo.InvariantCulture),
            ["min_child_weight"] = MinLeafWeight.ToString(CultureInfo.InvariantCulture),
            ["lambda"] = LeafPenalty.ToString(CultureInfo.InvariantCulture),
            ["seed"] = Seed.ToString(CultureInfo.InvariantCulture),
            // One thread: sums in one order, so the same input gives the same model to the byte.
            ["nthread"] = "1",
            ["verbosity"] = "0",
        };
        if (Bins > 0)
        {
            parameters["max_bin"] = Bins.ToString(CultureInfo.InvariantCulture);
        }

        return parameters;
    }
}
