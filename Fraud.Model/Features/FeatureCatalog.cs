namespace Fraud.Model.Features;

/// <summary>
/// Every feature that the profile computes, in the order of the stored feature vector. Models pick
/// their columns from it by name. Append only: stored vectors are read by position.
/// </summary>
public static class FeatureCatalog
{
    /// <summary>Feature names by position.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        // The fifteen of the Fraud Detection Handbook, chapter 3.
        "amount",
        "is_weekend",
        "is_night",
        "card_count_1d",
        "card_average_amount_1d",
        "card_count_7d",
        "card_average_amount_7d",
        "card_count_30d",
        "card_average_amount_30d",
        "terminal_count_1d",
        "terminal_fraud_share_1d",
        "terminal_count_7d",
        "terminal_fraud_share_7d",
        "terminal_count_30d",
        "terminal_fraud_share_30d",
    ];

    public static int Count => Names.Count;
}
