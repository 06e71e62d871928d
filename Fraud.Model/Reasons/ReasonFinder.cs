using System.Globalization;
using Fraud.Model.Features;
using Fraud.Model.Registry;

namespace Fraud.Model.Reasons;

/// <summary>
/// Says what is unusual about a flagged payment: features beyond what 99 % of legitimate payments of the
/// training days had, the furthest first. Names no card and no terminal. Thread-safe.
/// </summary>
public sealed class ReasonFinder
{
    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["amount"] = "amount",
        ["card_count_1h"] = "payments of this card in an hour",
        ["card_count_1d"] = "payments of this card in a day",
        ["card_count_7d"] = "payments of this card in 7 days",
        ["card_count_30d"] = "payments of this card in 30 days",
        ["card_average_amount_1d"] = "average amount of this card in a day",
        ["card_average_amount_7d"] = "average amount of this card in 7 days",
        ["card_average_amount_30d"] = "average amount of this card in 30 days",
        ["terminal_fraud_share_1d"] = "share of known frauds at this terminal in a day",
        ["terminal_fraud_share_7d"] = "share of known frauds at this terminal in 7 days",
        ["terminal_fraud_share_30d"] = "share of known frauds at this terminal in 30 days",
        ["terminal_known_frauds_21d"] = "known frauds at this terminal in 21 days",
        ["card_known_frauds_7d"] = "known frauds of this card in 7 days",
        ["amount_to_card_average_30d"] = "amount against this card's 30-day average",
        ["card_average_7d_to_30d"] = "this card's 7-day average against its 30-day average",
    };

    private readonly List<(int Position, string Text, Quantiles Usual)> _watched = [];

    public ReasonFinder(ModelManifest manifest)
    {
        foreach (var input in manifest.Inputs)
        {
            if (input.Source == InputSource.Profile
                && Texts.TryGetValue(input.Name, out var text)
                && manifest.Baseline.TryGetValue(input.Name, out var usual))
            {
                _watched.Add((FeatureCatalog.IndexOf(input.Name), text, usual));
            }
        }
    }

    /// <param name="features">The feature vector in the order of <see cref="FeatureCatalog"/>.</param>
    /// <returns>At most <paramref name="max"/> reasons; at least one when any are asked for.</returns>
    public IReadOnlyList<string> Find(ReadOnlySpan<float> features, int max)
    {
        var found = new List<(double Excess, string Text)>();
        foreach (var (position, text, usual) in _watched)
        {
            var value = features[position];
            if (value > usual.P99)
            {
                // Distance in units of the usual spread makes features comparable.
                var spread = Math.Max(usual.P99 - usual.P50, 1e-3);
                found.Add(((value - usual.P99) / spread, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{text} is {value:0.##} (99 % of legitimate payments: up to {usual.P99:0.##})")));
            }
        }

        if (found.Count == 0 && max > 0)
        {
            return ["an unusual combination of otherwise usual values"];
        }

        return [.. found.OrderByDescending(static reason => reason.Excess).Take(max).Select(static reason => reason.Text)];
    }
}
