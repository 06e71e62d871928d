using System.ComponentModel.DataAnnotations;

namespace Fraud.Stream.Drift;

/// <summary>When payments count as distributed otherwise than in training, and when that is an alarm. Config section "Drift".</summary>
public sealed class DriftOptions : IValidatableObject
{
    public const string Section = "Drift";

    public bool Enabled { get; set; } = true;

    /// <summary>Payments in the sliding window, which moves on a step at a time.</summary>
    // Chance alone then leaves the index below 0.01 and the greatest difference below 0.03: far under the limits.
    [Range(500, 10_000_000)]
    public int WindowPayments { get; set; } = 5_000;

    /// <summary>Steps of the window; each ends with a look at everything.</summary>
    [Range(2, 100)]
    public int Steps { get; set; } = 10;

    /// <summary>Looks in a row that must agree before an alarm is raised or cleared.</summary>
    [Range(1, 100)]
    public int Confirm { get; set; } = 3;

    /// <summary>An alarm is cleared below this part of its limit, so that it does not come and go.</summary>
    [Range(0.1, 1.0)]
    public double ClearAt { get; set; } = 0.8;

    /// <summary>Population stability index beyond what chance allows from which on a distribution has drifted.</summary>
    // Credit scoring's rule of thumb: below 0.1 nothing changed. The handbook's weeks stay below 0.03 (docs/drift.md).
    [Range(0.001, 100.0)]
    public double PsiLimit { get; set; } = 0.1;

    /// <summary>Kolmogorov-Smirnov difference beyond what chance allows.</summary>
    [Range(0.001, 1.0)]
    public double KsLimit { get; set; } = 0.1;

    /// <summary>Jensen-Shannon divergence (bits) beyond what chance allows.</summary>
    // What an index of 0.1 comes to: an eighth of it, in bits.
    [Range(0.001, 1.0)]
    public double JsLimit { get; set; } = 0.018;

    /// <summary>Share of windows that may exceed by chance what chance is said to allow.</summary>
    [Range(1e-9, 0.1)]
    public double Significance { get; set; } = 0.001;

    /// <summary>Share of payments with a source or currency that the reference does not know from which on it is an alarm.</summary>
    [Range(0.0001, 1.0)]
    public double NewCategoryShare { get; set; } = 0.01;

    /// <summary>Share of drifted features (data_drift_score) from which on it is an alarm of its own.</summary>
    // The reference system's rule: data_drift_score > 0.3.
    [Range(0.0, 1.0)]
    public double DataDriftLimit { get; set; } = 0.3;

    /// <summary>Features, with commas between them, that are reported and raise no alarm; they do not count in data_drift_score.</summary>
    // Both follow from the clock alone: a window of an hour holds one value of each.
    public string Exclude { get; set; } = "is_night,is_weekend";

    /// <summary>First payments that make the reference when the manifest has none; likewise for source and currency.</summary>
    [Range(500, 1_000_000)]
    public int LearnPayments { get; set; } = 20_000;

    /// <summary>Most payments looked at in a second; of more, every second, third, ... one.</summary>
    // A look takes about half a microsecond: a hundredth of a core at most.
    [Range(1, 10_000_000)]
    public int MaxPerSecond { get; set; } = 20_000;

    /// <summary>How often precision, recall, F1 and accuracy are counted from the labels that came.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan QualityInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long after it was scored a payment without a label counts as legitimate; null for Profile:LabelDelay.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan? LabelDelay { get; set; }

    /// <summary>Newest of these payments that are counted.</summary>
    [Range(100, 100_000_000)]
    public int QualityPayments { get; set; } = 1_000_000;

    /// <summary>Known frauds (and, for precision, flagged payments) from which on a quality is judged.</summary>
    [Range(1, 1_000_000)]
    public int QualityCases { get; set; } = 50;

    /// <summary>How far recall and precision may fall below those on the model's test days before it is an alarm.</summary>
    // Beyond what chance allows: the upper end of the interval is held against it.
    [Range(0.0, 1.0)]
    public double QualityDrop { get; set; } = 0.1;

    /// <summary>Payments between two looks.</summary>
    public int StepPayments() => WindowPayments / Steps;

    /// <summary>Whether a feature raises no alarm.</summary>
    public bool Excludes(string feature) =>
        Exclude.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Contains(feature, StringComparer.Ordinal);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (WindowPayments / Steps < 50)
        {
            yield return new ValidationResult(
                $"{Section}:Steps: expected at most one for each 50 of {Section}:WindowPayments", [nameof(Steps)]);
        }
    }
}
