using System.ComponentModel.DataAnnotations;

namespace Fraud.Stream.Scoring;

/// <summary>Which model is served and how its score becomes a decision. Config section "Scoring".</summary>
public sealed class ScoringOptions : IValidatableObject
{
    public const string Section = "Scoring";

    /// <summary>
    /// A model's folder. It holds one folder a version; the highest number is served, and a higher one
    /// that appears while running is taken over without a pause.
    /// </summary>
    [Required]
    public string Model { get; set; } = "models/payments";

    /// <summary>How often to look for a new version.</summary>
    // One directory listing; a second is soon enough for a person who waits for it.
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan ModelPollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Replaces the manifest's review threshold; empty: the manifest decides.</summary>
    [Range(0.0, 1.0)]
    public double? ReviewThreshold { get; set; }

    /// <summary>Replaces the manifest's block threshold; empty: the manifest decides.</summary>
    [Range(0.0, 1.0)]
    public double? BlockThreshold { get; set; }

    /// <summary>Most reasons given for a flagged payment.</summary>
    [Range(0, 20)]
    public int MaxReasons { get; set; } = 3;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ReviewThreshold > BlockThreshold)
        {
            yield return new ValidationResult(
                $"{Section}:ReviewThreshold must not be above {Section}:BlockThreshold",
                [nameof(ReviewThreshold)]);
        }
    }
}
