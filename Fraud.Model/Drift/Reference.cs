using System.Text.Json.Serialization;

namespace Fraud.Model.Drift;

/// <summary>
/// How payments were distributed when a model was trained: what drift is measured against. Counts are by
/// <see cref="ClockCell"/>, then by bin.
/// </summary>
public sealed record Reference
{
    /// <summary>Payments counted.</summary>
    public required long Rows { get; init; }

    /// <summary>First and last day counted, ISO dates.</summary>
    public required string From { get; init; }

    public required string To { get; init; }

    /// <summary>The model's inputs, in their order.</summary>
    public required IReadOnlyList<ReferenceColumn> Inputs { get; init; }

    /// <summary>The model's own scores of these payments.</summary>
    public required ReferenceColumn Score { get; init; }

    /// <summary>Source and currency, where the payments carried them.</summary>
    public IReadOnlyList<ReferenceCategory> Categories { get; init; } = [];

    /// <summary>The first field that makes no sense, and what was expected; null when all do.</summary>
    public string? FirstMistake(IReadOnlyList<string> inputs)
    {
        if (Inputs.Count != inputs.Count || Inputs.Where((column, i) => column is null || column.Name != inputs[i]).Any())
        {
            return "reference: inputs: expected the model's inputs in their order";
        }

        return Inputs.Append(Score).Concat(Categories.SelectMany(static category => category.Amounts))
                .FirstOrDefault(static column => !column.IsWhole) is { } wrong
                ? $"reference: {wrong.Name}: expected ascending edges and, for each of {ClockCell.Count} cells, a count for each bin"
            : Categories.FirstOrDefault(static category => !category.IsWhole) is { } category
                ? $"reference: {category.Name}: expected different values and, for each of {ClockCell.Count} cells, a count for each and one for the rest"
            : null;
    }
}

/// <summary>A number's distribution.</summary>
/// <param name="Name">Of the input; "score"; of a category's value.</param>
/// <param name="Edges">See <see cref="Bins"/>.</param>
/// <param name="Counts">By cell, by bin.</param>
public sealed record ReferenceColumn(
    string Name,
    [property: JsonConverter(typeof(OneLineNumbers))] IReadOnlyList<float> Edges,
    [property: JsonConverter(typeof(OneLineCounts))] IReadOnlyList<IReadOnlyList<long>> Counts)
{
    [JsonIgnore]
    internal bool IsWhole =>
        Edges.Count > 0 && Edges.All(float.IsFinite) && Edges.Zip(Edges.Skip(1), static (low, high) => low < high).All(static up => up)
        && Counts.Count == ClockCell.Count
        && Counts.All(cell => cell.Count == Edges.Count + 2 && cell.All(static count => count >= 0));
}

/// <summary>The values of a field that names one of a few things.</summary>
/// <param name="Name">"source" or "currency".</param>
/// <param name="Values">The common ones, most frequent first; the empty text stands for none given.</param>
/// <param name="Counts">By cell, by value; the last for all other values.</param>
/// <param name="Amounts">How amounts were distributed for each of the most frequent values, which is its name.</param>
public sealed record ReferenceCategory(
    string Name,
    IReadOnlyList<string> Values,
    [property: JsonConverter(typeof(OneLineCounts))] IReadOnlyList<IReadOnlyList<long>> Counts,
    IReadOnlyList<ReferenceColumn> Amounts)
{
    /// <summary>Values that are told apart; more rarely seen ones are the rest.</summary>
    public const int MaxValues = 64;

    /// <summary>Values for which amounts are watched.</summary>
    public const int MaxAmounts = 16;

    [JsonIgnore]
    internal bool IsWhole =>
        Values.Count is > 0 and <= MaxValues && Values.Distinct(StringComparer.Ordinal).Count() == Values.Count
        && Amounts.Count <= MaxAmounts && Amounts.All(amount => Values.Contains(amount.Name, StringComparer.Ordinal))
        && Counts.Count == ClockCell.Count
        && Counts.All(cell => cell.Count == Values.Count + 1 && cell.All(static count => count >= 0));
}
