namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>What was found in a column. Never a number, nor a part of one.</summary>
/// <param name="Rows">Rows that were read.</param>
/// <param name="Found">Rows that hold a card number.</param>
/// <param name="Identifiers">Of these, rows with one in an identifier.</param>
/// <param name="Texts">Of these, rows with one in a text.</param>
/// <param name="NotLookedAt">Why its values are not looked at; null when they are.</param>
/// <param name="IsKnown">False: this program does not know the column, and a mend leaves it as it is.</param>
public sealed record ColumnReport(
    string Table, string Column, long Rows, long Found, long Identifiers, long Texts, string? NotLookedAt, bool IsKnown);

/// <summary>What a look at a store, or its mend, found.</summary>
/// <param name="Store">"sqlite" or "postgres".</param>
/// <param name="Clashes">Rows that share their token with another and got a numbered one, by table; of a mend.</param>
/// <param name="Merged">Histories of cards that were joined with the one under the same token; of a mend.</param>
public sealed record ScanReport(string Store, IReadOnlyList<ColumnReport> Columns, IReadOnlyDictionary<string, long> Clashes, long Merged)
{
    /// <summary>Values with a card number.</summary>
    public long Found => Columns.Sum(static column => column.Found);

    /// <summary>Of these, values that a mend does not replace.</summary>
    public long NotReplaced => Columns.Where(static column => !column.IsKnown).Sum(static column => column.Found);
}
