namespace Fraud.Model.Features;

/// <summary>
/// How far back a feature looks: with less history than that it has other values than in training, whatever is paid.
/// </summary>
public static class FeatureReach
{
    // The longest window; what has none of its own finds what is kept for it.
    private const int LongestDays = 30;

    /// <param name="labelDelay">How long it takes until frauds are known; what is counted of them reaches back further by it.</param>
    /// <returns>Zero for what is in the payment itself.</returns>
    public static TimeSpan Of(string feature, TimeSpan labelDelay)
    {
        var isOfTerminal = feature.StartsWith("terminal_", StringComparison.Ordinal);
        if (FeatureCatalog.IndexOf(feature) < 0 || feature is "amount" or "is_weekend" or "is_night")
        {
            return TimeSpan.Zero;
        }

        // As in card_average_7d_to_30d: the longest that the name says.
        var longest = TimeSpan.Zero;
        foreach (var part in feature.Split('_'))
        {
            if (part.Length > 1 && int.TryParse(part[..^1], out var number) && (part[^1] is 'd' or 'h'))
            {
                var reach = part[^1] == 'd' ? TimeSpan.FromDays(number) : TimeSpan.FromHours(number);
                longest = reach > longest ? reach : longest;
            }
        }

        return (longest > TimeSpan.Zero ? longest : TimeSpan.FromDays(LongestDays))
            + (isOfTerminal || feature.Contains("_known_", StringComparison.Ordinal) ? labelDelay : TimeSpan.Zero);
    }
}
