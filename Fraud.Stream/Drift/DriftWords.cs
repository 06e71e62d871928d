namespace Fraud.Stream.Drift;

/// <summary>What was measured, as it is reported.</summary>
internal static class DriftWords
{
    /// <param name="newValues">That the reference does not know, the most frequent first.</param>
    public static ColumnReport Report(WatchedColumn column, IReadOnlyList<KeyValuePair<string, int>> newValues) => new(
        column.Kind, column.Subject, column.Payments, column.Distance, column.Limit, column.HasRest ? column.NewShare : null,
        NameOf(column.Worst), column.Ratio >= 1, column.IsRaised, column.IsExcluded, double.IsNaN(column.Ratio), column.IsWaiting,
        newValues);

    /// <summary>Of an alarm, for people.</summary>
    public static string Detail(DriftMeasure measure, ReferenceNote? reference, IReadOnlyList<KeyValuePair<string, int>> newValues) =>
        measure == DriftMeasure.NewShare
            ? $"values that the reference does not know: {string.Join(", ", newValues.Select(static pair => pair.Key))}"
            : $"distributed otherwise than in the {reference?.Origin ?? "learned"} reference";

    public static string NameOf(DriftMeasure measure) => measure switch
    {
        DriftMeasure.Psi => "psi",
        DriftMeasure.Ks => "ks",
        DriftMeasure.Js => "js",
        _ => "new_share",
    };
}
