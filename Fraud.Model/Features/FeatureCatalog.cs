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

        // Beyond the handbook.
        "amount_to_card_average_30d",
        "card_average_7d_to_30d",
        "card_count_1h",
        "card_seconds_since_previous",
        "card_known_frauds_7d",
        "terminal_known_frauds_21d",

        // Against the card's usual amount: the mean of its other payments without the unusually large ones.
        "amount_to_card_usual_30d",
        "amount_deviation_30d",
        "card_unusual_amounts_14d",
        "card_unusual_share_14d",
        "card_largest_to_usual_14d",
        "card_known_unusual_frauds_7d",

        // How known frauds follow each other at the terminal.
        "terminal_fraud_streak",
        "terminal_fraud_streak_days",
        "terminal_fraud_streak_average_amount",
        "terminal_first_known_fraud_days",
        "terminal_last_known_fraud_days",
        "terminal_fraud_share_since_first",
    ];

    /// <summary>How many of them are the handbook's; they come first.</summary>
    public const int HandbookCount = 15;

    public static int Count { get; } = Names.Count;

    /// <summary>Position of a feature, or -1.</summary>
    public static int IndexOf(string name)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (Names[i] == name)
            {
                return i;
            }
        }

        return -1;
    }
}
