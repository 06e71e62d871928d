using System.Globalization;
using Fraud.Model.Decoding;
using Fraud.Model.Features;
using Fraud.Model.Registry;

namespace Fraud.Model.Reasons;

/// <summary>
/// Says what is unusual about a flagged payment: values beyond what 99 % of legitimate payments of the
/// training days had, the furthest first. Names no card and no terminal. Thread-safe.
/// </summary>
public sealed class ReasonFinder
{
    private const string Combination = "an unusual combination of otherwise usual values";

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

    private const string SincePrevious = "card_seconds_since_previous";

    private static readonly int CountOfHour = FeatureCatalog.IndexOf("card_count_1h");

    private static readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Factors =
        Texts.ToDictionary(static pair => pair.Value, static pair => pair.Key, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly List<Watch> _watched = [];

    public ReasonFinder(ModelManifest manifest)
    {
        foreach (var input in manifest.Inputs)
        {
            if (!manifest.Baseline.TryGetValue(input.Name, out var usual))
            {
                continue;
            }

            if (input.Source == InputSource.Payload)
            {
                // What the columns mean is not disclosed: their names are all there is to say, either way.
                var column = PayloadColumns.IndexOf(System.Text.Encoding.UTF8.GetBytes(input.Name));
                _watched.Add(new Watch(column, true, input.Name, usual, Tails.Both));
            }
            else if (Texts.TryGetValue(input.Name, out var text))
            {
                _watched.Add(new Watch(
                    FeatureCatalog.IndexOf(input.Name), false, text, usual, input.Name == SincePrevious ? Tails.Low : Tails.High));
            }
        }
    }

    /// <summary>What a reason is about, by name: a feature, a column, or "unusual_combination".</summary>
    /// <param name="reason">One that was found here, also by an earlier version that stored it.</param>
    public static string FactorOf(string reason)
    {
        var end = reason.IndexOf(" is ", StringComparison.Ordinal);
        if (end < 0)
        {
            return "unusual_combination";
        }

        if (Factors.TryGetValue(reason.AsSpan(0, end), out var name))
        {
            return name;
        }

        foreach (var column in PayloadColumns.Names)
        {
            if (reason.AsSpan(0, end).SequenceEqual(column))
            {
                return column;
            }
        }

        return "other";
    }

    /// <param name="features">The feature vector in the order of <see cref="FeatureCatalog"/>.</param>
    /// <param name="transaction">Whose feature list counts too, where the model takes one.</param>
    /// <returns>At most <paramref name="max"/> reasons; at least one when any are asked for.</returns>
    public IReadOnlyList<string> Find(ReadOnlySpan<float> features, Transaction transaction, int max) =>
        Find(features, transaction.HasPayload ? transaction.Payload : [], max);

    /// <inheritdoc cref="Find(ReadOnlySpan{float}, Transaction, int)"/>
    public IReadOnlyList<string> Find(ReadOnlySpan<float> features, int max) => Find(features, ReadOnlySpan<float>.Empty, max);

    private IReadOnlyList<string> Find(ReadOnlySpan<float> features, ReadOnlySpan<float> payload, int max)
    {
        var found = new List<(double Excess, string Text)>();
        foreach (var watch in _watched)
        {
            var values = watch.InPayload ? payload : features;
            if (watch.Position >= values.Length)
            {
                continue;
            }

            var value = values[watch.Position];
            if (value > watch.Usual.P99 && watch.Tails != Tails.Low)
            {
                // Distance in units of the usual spread makes features comparable.
                found.Add(((value - watch.Usual.P99) / Math.Max(watch.Usual.P99 - watch.Usual.P50, 1e-3), Text(watch, value, "up to", watch.Usual.P99)));
            }
            else if (value < watch.Usual.P01 && (watch.Tails == Tails.Both || (watch.Tails == Tails.Low && features[CountOfHour] > 1)))
            {
                // Without a previous payment in the hour there is nothing that it came soon after.
                found.Add(((watch.Usual.P01 - value) / Math.Max(watch.Usual.P50 - watch.Usual.P01, 1e-3), Text(watch, value, "from", watch.Usual.P01)));
            }
        }

        if (found.Count == 0 && max > 0)
        {
            return [Combination];
        }

        return [.. found.OrderByDescending(static reason => reason.Excess).Take(max).Select(static reason => reason.Text)];
    }

    private static string Text(in Watch watch, float value, string side, double bound) => string.Create(
        CultureInfo.InvariantCulture, $"{watch.Text} is {value:0.##} (99 % of legitimate payments: {side} {bound:0.##})");

    private enum Tails
    {
        High,
        Low,
        Both,
    }

    private readonly record struct Watch(int Position, bool InPayload, string Text, Quantiles Usual, Tails Tails);
}
