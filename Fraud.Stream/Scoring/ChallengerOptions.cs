namespace Fraud.Stream.Scoring;

/// <summary>A model that decides a share of the cards.</summary>
public sealed class ChallengerOptions
{
    /// <summary>A version's folder, or a model's: its highest version at the start.</summary>
    public string Model { get; set; } = "";

    /// <summary>Of all cards, above 0 and below 1.</summary>
    public double Share { get; set; }
}
