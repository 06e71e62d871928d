using System.ComponentModel.DataAnnotations;

namespace Fraud.Stream.Scoring;

/// <summary>Which model is served and how its score becomes a decision. Config section "Scoring".</summary>
public sealed class ScoringOptions : IValidatableObject
{
    public const string Section = "Scoring";

    internal const string DefaultFeatureModel = "models/creditcard";

    /// <summary>Most challengers of the settings.</summary>
    // Each has buffers of a batch a scoring thread.
    public const int MaxChallengers = 8;

    /// <summary>Most shadows of the settings.</summary>
    // All are scored by one thread.
    public const int MaxShadows = 16;

    /// <summary>Most reasons of any payment, whatever the setting was when it was scored.</summary>
    public const int MostReasons = 20;

    /// <summary>
    /// A model's folder. It holds one folder a version; the highest number is served, and a higher one
    /// that appears while running is taken over without a pause.
    /// </summary>
    [Required]
    public string Model { get; set; } = "models/payments";

    /// <summary>
    /// A model that takes the 30 columns of the card data set, served beside <see cref="Model"/>: a feature list goes to
    /// it, a payment to the other. A version's folder, or a model's, followed as that of <see cref="Model"/>. Empty: none.
    /// </summary>
    /// <remarks>Where the default has no model there is none; any other folder must have one.</remarks>
    public string FeatureModel { get; set; } = DefaultFeatureModel;

    /// <summary>Models that decide a share of the cards in place of <see cref="Model"/>.</summary>
    [MaxLength(MaxChallengers)]
    public IList<ChallengerOptions> Challengers { get; } = [];

    /// <summary>
    /// Share of the cards that the version with the alias "challenger" in the registry decides, while there is one. 0: it
    /// decides nothing and is compared as a shadow.
    /// </summary>
    [Range(0.0, 0.99)]
    public double ChallengerShare { get; set; }

    /// <summary>Whether the newest version in Staging is scored as a shadow, as the one with the alias "shadow" is.</summary>
    public bool ShadowStaging { get; set; }

    /// <summary>
    /// Which cards a share consists of follows from this and the card's id alone. Another text draws the cards anew, so
    /// that an experiment does not inherit the cards of the one before.
    /// </summary>
    [Required, MaxLength(100)]
    public string SplitSalt { get; set; } = "split";

    /// <summary>Models that score what others decide, decide nothing, and are compared.</summary>
    [MaxLength(MaxShadows)]
    public IList<string> Shadows { get; } = [];

    /// <summary>How often to look for a new version.</summary>
    // A directory listing and two or three small queries for each model; a second is soon enough for a person who waits for it.
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan ModelPollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Replaces the review threshold of every model's manifest; empty: the manifest decides.</summary>
    [Range(0.0, 1.0)]
    public double? ReviewThreshold { get; set; }

    /// <summary>Replaces the block threshold of every model's manifest; empty: the manifest decides.</summary>
    [Range(0.0, 1.0)]
    public double? BlockThreshold { get; set; }

    /// <summary>Most reasons given for a flagged payment.</summary>
    [Range(0, MostReasons)]
    public int MaxReasons { get; set; } = 3;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ReviewThreshold > BlockThreshold)
        {
            yield return new ValidationResult(
                $"{Section}:ReviewThreshold must not be above {Section}:BlockThreshold",
                [nameof(ReviewThreshold)]);
        }

        for (var i = 0; i < Challengers.Count; i++)
        {
            if (Challengers[i] is not { Model.Length: > 0, Share: > 0 and < 1 })
            {
                yield return new ValidationResult(
                    $"{Section}:Challengers:{i}: expected a Model, and a Share above 0 and below 1", [nameof(Challengers)]);
            }
        }

        if (Challengers.Sum(static challenger => challenger.Share) + ChallengerShare >= 1)
        {
            yield return new ValidationResult(
                $"{Section}:Challengers and {Section}:ChallengerShare: expected shares that leave something to {Section}:Model", [nameof(Challengers)]);
        }

        if (Shadows.Any(string.IsNullOrWhiteSpace))
        {
            yield return new ValidationResult($"{Section}:Shadows: expected folders of models", [nameof(Shadows)]);
        }
    }
}
