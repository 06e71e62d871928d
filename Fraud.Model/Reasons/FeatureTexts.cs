using System.Diagnostics.CodeAnalysis;
using Fraud.Model.Decoding;
using Fraud.Model.Features;

namespace Fraud.Model.Reasons;

/// <summary>Features in words, for reasons; no word holds " is ", which ends it there.</summary>
/// <remarks>Stored reasons are read back by these words: add, and leave what is here as it is.</remarks>
internal static class FeatureTexts
{
    public const string SincePrevious = "card_seconds_since_previous";

    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["amount"] = "amount",
        ["is_weekend"] = "paid at the weekend",
        ["is_night"] = "paid at night",
        ["card_count_1h"] = "payments of this card in an hour",
        ["card_count_1d"] = "payments of this card in a day",
        ["card_count_7d"] = "payments of this card in 7 days",
        ["card_count_30d"] = "payments of this card in 30 days",
        ["card_average_amount_1d"] = "average amount of this card in a day",
        ["card_average_amount_7d"] = "average amount of this card in 7 days",
        ["card_average_amount_30d"] = "average amount of this card in 30 days",
        ["terminal_count_1d"] = "payments at this terminal in a day",
        ["terminal_count_7d"] = "payments at this terminal in 7 days",
        ["terminal_count_30d"] = "payments at this terminal in 30 days",
        ["terminal_fraud_share_1d"] = "share of known frauds at this terminal in a day",
        ["terminal_fraud_share_7d"] = "share of known frauds at this terminal in 7 days",
        ["terminal_fraud_share_30d"] = "share of known frauds at this terminal in 30 days",
        ["terminal_known_frauds_21d"] = "known frauds at this terminal in 21 days",
        ["card_known_frauds_7d"] = "known frauds of this card in 7 days",
        ["amount_to_card_average_30d"] = "amount against this card's 30-day average",
        ["amount_to_card_usual_30d"] = "amount against this card's usual amount",
        ["amount_deviation_30d"] = "distance from this card's usual amount in spreads",
        ["card_unusual_amounts_14d"] = "unusually large payments of this card in 14 days",
        ["card_unusual_share_14d"] = "share of unusually large payments of this card in 14 days",
        ["card_largest_to_usual_14d"] = "largest payment of this card in 14 days against its usual amount",
        ["card_known_unusual_frauds_7d"] = "known frauds of unusual amount of this card in 7 days",
        ["terminal_fraud_streak"] = "payments in a row at this terminal that were frauds",
        ["terminal_fraud_streak_average_amount"] = "average amount of the frauds in a row at this terminal",
        ["terminal_fraud_share_since_first"] = "share of frauds at this terminal since its first known one",
        ["card_average_7d_to_30d"] = "this card's 7-day average against its 30-day average",
        [SincePrevious] = "seconds since this card's previous payment",
    };

    // A busy terminal or a weekend alone is no reason; in what the trees made of it, it may be.
    private static readonly HashSet<string> Unremarkable =
        new(["is_weekend", "is_night", "terminal_count_1d", "terminal_count_7d", "terminal_count_30d"], StringComparer.Ordinal);

    private static readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Names =
        Texts.ToDictionary(static pair => pair.Value, static pair => pair.Key, StringComparer.Ordinal)
            .Concat(FeatureCatalog.Names.Concat(PayloadColumns.Names).Select(static name => KeyValuePair.Create(name, name)))
            .DistinctBy(static pair => pair.Key)
            .ToDictionary(StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The feature in words; its name where there are none: what the card data set's columns mean is not disclosed.</summary>
    public static string Of(string feature) => Texts.GetValueOrDefault(feature, feature);

    /// <summary>Whether its value alone, being unusual, is a reason.</summary>
    public static bool IsRemarkable(string feature) => Texts.ContainsKey(feature) && !Unremarkable.Contains(feature);

    /// <summary>Yes or no rather than a number.</summary>
    public static bool IsFlag(string feature) => feature.StartsWith("is_", StringComparison.Ordinal);

    /// <summary>The feature that words stand for.</summary>
    public static bool TryFind(ReadOnlySpan<char> words, [NotNullWhen(true)] out string? feature) => Names.TryGetValue(words, out feature);
}
