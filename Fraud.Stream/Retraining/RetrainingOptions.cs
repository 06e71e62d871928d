using System.ComponentModel.DataAnnotations;
using Fraud.Model.Evaluation;

namespace Fraud.Stream.Retraining;

/// <summary>Training new versions from the store while the system runs. Config section "Retraining".</summary>
public sealed class RetrainingOptions
{
    public const string Section = "Retraining";

    /// <summary>Whether a node starts retraining by itself. POST /train and 'fraud retrain' work either way.</summary>
    public bool Enabled { get; set; }

    /// <summary>Retrain so long after the last time; 0: never by schedule.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Retrain when so many frauds became known since the last time; 0: never for that.</summary>
    [Range(0, 100_000_000)]
    public int MinNewLabels { get; set; }

    /// <summary>Retrain when this share of the features has drifted, or a live quality alarm is raised; 0: never for that.</summary>
    [Range(0.0, 1.0)]
    public double DriftThreshold { get; set; } = 0.3;

    /// <summary>After a job none is started by itself for so long, whatever came of it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan Cooldown { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How often to look whether it is time.</summary>
    // Two small reads of the store.
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>A job whose node is silent for so long is taken over. Must be far above what the nodes' clocks differ by.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "1.00:00:00")]
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Most days to train on, the newest there are.</summary>
    [Range(1, 3_650)]
    public int TrainDays { get; set; } = 60;

    /// <summary>The newest days whose labels are known: champion and challenger are compared on them.</summary>
    [Range(1, 365)]
    public int GateDays { get; set; } = 7;

    /// <summary>
    /// Days between training and gate. Empty: the label delay, because a model that is put in service meets payments that
    /// much younger than what it learned from.
    /// </summary>
    [Range(0, 365)]
    public int? GapDays { get; set; }

    /// <summary>Most payments in the dataset; the oldest days are left out.</summary>
    // A row of 21 features takes about 150 bytes in memory: 300 MB, and as much again in XGBoost.
    [Range(1_000, 100_000_000)]
    public int MaxRows { get; set; } = 2_000_000;

    /// <summary>Put the new version in service when it passes the gate; else it is staged.</summary>
    public bool AutoPromote { get; set; }

    /// <summary>By what a new version has to be surely better; by the other it must not be surely worse.</summary>
    // A model may rank as well as the champion and yet save money by its thresholds, or the other way round: Ranking is the stricter one.
    public GateCriterion GateBy { get; set; } = GateCriterion.Ranking;

    /// <summary>By ranking: the lower bound of the gain in average precision must be above it.</summary>
    [Range(-1.0, 1.0)]
    public double GateMinGain { get; set; }

    /// <summary>The lower bound of what is saved a payment must be above it; empty: by cost above nothing, by ranking only not surely dearer.</summary>
    [Range(-1e9, 1e9)]
    public double? GateMinSaving { get; set; }

    /// <summary>Fewer frauds in the gate's days decide nothing.</summary>
    // With 30 the interval of average precision is about 0.3 wide: less cannot tell models apart.
    [Range(1, 1_000_000)]
    public int GateMinFrauds { get; set; } = 30;

    /// <summary>Of the two-sided interval of each difference.</summary>
    [Range(0.5, 0.999)]
    public double GateConfidence { get; set; } = 0.95;

    /// <summary>Draws of the bootstrap.</summary>
    // The usual number for percentile intervals; 70,000 payments take about 2 s.
    [Range(100, 100_000)]
    public int GateResamples { get; set; } = 1_000;

    /// <summary>What one review costs, in units of the amounts.</summary>
    // Ten minutes of a person: an assumption, to be replaced by your own figure.
    [Range(0.0, 1e9)]
    public double ReviewCost { get; set; } = 5;

    /// <summary>What blocking a genuine payment costs.</summary>
    // A call and now and then a lost customer: an assumption, too.
    [Range(0.0, 1e9)]
    public double FalseBlockCost { get; set; } = 20;

    /// <summary>Of the trainer and the bootstrap: the same data and seed give the same model and report.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; set; } = 42;

    public DecisionCosts Costs => new(ReviewCost, FalseBlockCost);

    public GateRules Rules => new(GateMinGain, GateMinSaving, GateMinFrauds, GateConfidence, GateResamples, Seed, Costs) { By = GateBy };
}
