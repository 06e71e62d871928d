using System.Globalization;
using Fraud.Model.Registry;
using Fraud.Model.Scoring;

namespace Fraud.Model.Reasons;

/// <summary>
/// Says why a payment got its score: which features moved it most, which way and how far, by the exact contributions
/// of the trees; for a model without them what is unusual about the payment. Names no card and no terminal. Thread-safe.
/// </summary>
public sealed class ReasonFinder
{
    /// <summary>Most characters of a reason.</summary>
    // A feature's words, its value, two quantiles and a contribution: a double has up to 312 digits.
    public const int MaxLength = 1_500;

    private const string Combination = "an unusual combination of otherwise usual values";

    // What would be written as 0.00.
    private const double Negligible = 0.005;

    // Read only.
    private static readonly Transaction NoPayload = new();

    private readonly UnusualValues _unusual;
    private readonly TreeShap? _trees;
    private readonly ColumnMap? _columns;
    private readonly string[] _names;
    private readonly Quantiles?[] _usual;

    /// <param name="trees">The model's; null for a model that has none or none with covers.</param>
    public ReasonFinder(ModelManifest manifest, TreeShap? trees = null)
    {
        _unusual = new UnusualValues(manifest);
        _trees = trees;
        _columns = trees is null ? null : new ColumnMap(manifest);
        _names = [.. manifest.Inputs.Select(static input => input.Name)];
        _usual = [.. _names.Select(name => manifest.Baseline.GetValueOrDefault(name))];
    }

    /// <summary>Whether the model tells what each feature contributed.</summary>
    public bool IsExact => _trees is not null;

    /// <summary>What a reason is about, by name: a feature, a column, or "unusual_combination".</summary>
    /// <param name="reason">One that was found here, also by an earlier version that stored it.</param>
    public static string FactorOf(string reason)
    {
        var end = reason.IndexOf(" is ", StringComparison.Ordinal);
        return end < 0 ? "unusual_combination"
            : FeatureTexts.TryFind(reason.AsSpan(0, end), out var name) ? name
            : "other";
    }

    /// <param name="features">The feature vector in the order of <see cref="Features.FeatureCatalog"/>.</param>
    /// <param name="transaction">Whose feature list counts too, where the model takes one.</param>
    /// <param name="isFlagged">Then only what raised the score counts; else whatever moved it.</param>
    /// <returns>At most <paramref name="max"/> reasons, the strongest first; at least one when any are asked for.</returns>
    public IReadOnlyList<string> Find(ReadOnlySpan<float> features, Transaction transaction, int max, bool isFlagged = true)
    {
        if (_trees is null)
        {
            return OrCombination(_unusual.Find(features, transaction.HasPayload ? transaction.Payload : [], max), max);
        }

        // A model has tens of columns, 120 at the most that profile and feature list have.
        Span<float> row = stackalloc float[_names.Length];
        Span<double> contributions = stackalloc double[_names.Length];
        _columns!.Gather(transaction, features, row);
        _trees.Explain(row, contributions);
        return OrCombination(Strongest(row, contributions, max, isFlagged), max);
    }

    /// <inheritdoc cref="Find(ReadOnlySpan{float}, Transaction, int, bool)"/>
    public IReadOnlyList<string> Find(ReadOnlySpan<float> features, int max) => Find(features, NoPayload, max);

    /// <summary>What each input contributed; null when the model cannot tell.</summary>
    /// <inheritdoc cref="Find(ReadOnlySpan{float}, Transaction, int, bool)"/>
    public Explanation? Explain(ReadOnlySpan<float> features, Transaction transaction)
    {
        if (_trees is null)
        {
            return null;
        }

        var row = new float[_names.Length];
        _columns!.Gather(transaction, features, row);
        return Explain(row);
    }

    /// <summary>The same of the model's own columns.</summary>
    public Explanation? Explain(ReadOnlySpan<float> row)
    {
        if (_trees is null)
        {
            return null;
        }

        var contributions = new double[_names.Length];
        _trees.Explain(row, contributions);
        var inputs = new Contribution[_names.Length];
        for (var column = 0; column < inputs.Length; column++)
        {
            inputs[column] = new Contribution(_names[column], row[column], contributions[column]);
        }

        // In order of the columns where equal.
        return new Explanation(_trees.Bias, [.. inputs.OrderByDescending(static input => Math.Abs(input.LogOdds))]);
    }

    private static IReadOnlyList<string> OrCombination(IReadOnlyList<string> reasons, int max) =>
        reasons.Count == 0 && max > 0 ? [Combination] : reasons;

    private List<string> Strongest(ReadOnlySpan<float> row, Span<double> contributions, int max, bool isFlagged)
    {
        var reasons = new List<string>(Math.Min(max, row.Length));
        while (reasons.Count < max)
        {
            var strongest = 0;
            for (var column = 1; column < contributions.Length; column++)
            {
                if (Strength(contributions[column]) > Strength(contributions[strongest]))
                {
                    strongest = column;
                }
            }

            if (!(Strength(contributions[strongest]) >= Negligible))
            {
                break;
            }

            reasons.Add(Text(strongest, row[strongest], contributions[strongest]));
            contributions[strongest] = 0;
        }

        return reasons;

        double Strength(double contribution) => isFlagged ? contribution : Math.Abs(contribution);
    }

    private string Text(int column, float value, double contribution) => string.Create(
        CultureInfo.InvariantCulture,
        $"{FeatureTexts.Of(_names[column])} is {ValueText(column, value)}{UsualText(column, value)}: {(contribution > 0 ? "raises" : "lowers")} the log-odds of fraud by {Math.Abs(contribution):0.00}");

    private string ValueText(int column, float value) =>
        float.IsNaN(value) ? "not known"
        : FeatureTexts.IsFlag(_names[column]) ? (value > 0 ? "yes" : "no")
        : value.ToString("0.##", CultureInfo.InvariantCulture);

    private string UsualText(int column, float value)
    {
        if (_usual[column] is not { } usual || float.IsNaN(value) || FeatureTexts.IsFlag(_names[column]))
        {
            return "";
        }

        return value > usual.P99 ? string.Create(CultureInfo.InvariantCulture, $" (99 % of legitimate payments: up to {usual.P99:0.##})")
            : value < usual.P01 ? string.Create(CultureInfo.InvariantCulture, $" (99 % of legitimate payments: from {usual.P01:0.##})")
            : string.Create(CultureInfo.InvariantCulture, $" (98 % of legitimate payments: {usual.P01:0.##} to {usual.P99:0.##})");
    }
}
