using System.Globalization;
using Fraud.Model.Decoding;
using Fraud.Model.Features;
using Fraud.Model.Registry;

namespace Fraud.Model.Reasons;

/// <summary>
/// What is unusual about a payment whatever the model made of it: values beyond what 99 % of legitimate payments of
/// the training days had, the furthest first. For models that cannot be explained exactly. Thread-safe.
/// </summary>
internal sealed class UnusualValues
{
    private static readonly int CountOfHour = FeatureCatalog.IndexOf("card_count_1h");

    private readonly List<Watch> _watched = [];

    public UnusualValues(ModelManifest manifest)
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
            else if (FeatureTexts.IsRemarkable(input.Name))
            {
                _watched.Add(new Watch(
                    FeatureCatalog.IndexOf(input.Name), false, FeatureTexts.Of(input.Name), usual,
                    input.Name == FeatureTexts.SincePrevious ? Tails.Low : Tails.High));
            }
        }
    }

    /// <returns>At most <paramref name="max"/> reasons; empty when nothing is unusual.</returns>
    public IReadOnlyList<string> Find(ReadOnlySpan<float> features, ReadOnlySpan<float> payload, int max)
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
