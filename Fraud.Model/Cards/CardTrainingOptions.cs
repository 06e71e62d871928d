using Fraud.Model.Spiking;

namespace Fraud.Model.Cards;

/// <summary>How a model of the card data set is trained and tested: everything that decides the result.</summary>
public sealed record CardTrainingOptions
{
    /// <summary>492 frauds of 284,807 payments in the whole data set. The sample holds 40 times that share.</summary>
    public const double NaturalFraudRate = 492.0 / 284_807;

    /// <summary>Rows before this second are the complete first hour; later legitimate ones were drawn.</summary>
    public const float FirstHourEnds = 3_624;

    /// <summary>
    /// A drawn legitimate row stands for this many: 284,315 legitimate payments less the 3,970 of the first hour,
    /// of which 1,343 were drawn.
    /// </summary>
    public const double DrawnRowStandsFor = (284_315.0 - 3_970) / 1_343;

    /// <summary>
    /// Rows from this second of the data set on are the test. A split by time: what came later is scored by a model
    /// of what came before, and no fraud of one series lies on both sides.
    /// </summary>
    public float TestFromSecond { get; init; } = 100_000;

    /// <summary>Parts of the training rows that take turns at being left out to choose thresholds.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>
    /// What a legitimate row of the first hour counts in training beside one of the rest. One night hour is three
    /// quarters of the file's legitimate rows, but 1.4 % of the real ones.
    /// </summary>
    public float FirstHourWeight { get; init; } = 0.1f;

    /// <summary>Share of legitimate payments that may be reviewed.</summary>
    public double ReviewFalsePositives { get; init; } = 0.01;

    /// <summary>Share of legitimate payments that may be blocked.</summary>
    public double BlockFalsePositives { get; init; } = 0.001;

    public int Seed { get; init; } = 42;

    public CardTreeOptions Trees { get; init; } = new();

    /// <summary>The seed of these options replaces its own.</summary>
    public SpikingOptions Spiking { get; init; } = new();
}

/// <summary>Gradient-boosted trees for the card data set.</summary>
public sealed record CardTreeOptions
{
    public int Rounds { get; init; } = 150;

    public int MaxDepth { get; init; } = 4;

    public double LearningRate { get; init; } = 0.08;
}
