using System.Globalization;

namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>Reads a table in the order of its key, some rows at a time: no statement runs for long, and memory is bounded.</summary>
internal static class TablePages
{
    private const string AlertKind = "CASE WHEN kind = 1 THEN 1 ELSE 0 END";

    // Bytes may be pages of a thousand payments or records of a megabyte; rows of text are small.
    private const int RowsOfBytes = 50;
    private const int RowsOfText = 1_000;

    /// <summary>The columns whose values are looked at.</summary>
    public static IReadOnlyList<StoreColumn> Looked(StoreTable table) =>
        [.. table.Columns.Where(static column => StoreCatalog.WhyNot(column.Content) is null)];

    public static IEnumerable<IReadOnlyList<StoreRow>> Read(IScannedStore store, StoreTable table)
    {
        var columns = Looked(table);
        var limit = columns.Any(static column => HoldsBytes(column.Content)) ? RowsOfBytes : RowsOfText;
        object[]? after = null;
        while (true)
        {
            var page = store.Session.Query(
                Select(table, columns, after is null, limit),
                row => new StoreRow(
                    [.. table.Key.Select((_, i) => row.Value(i + 1)!)], [.. columns.Select((_, i) => row.Value(i + 1 + table.Key.Count))], row.Integer(0) != 0),
                after ?? []);
            yield return page;
            // A table without a key, which none of ours is, comes in one go.
            if (page.Count < limit || table.Key.Count == 0)
            {
                yield break;
            }

            after = page[^1].Key;
        }
    }

    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static bool HoldsBytes(ColumnContent content) =>
        content is ColumnContent.JournalPage or ColumnContent.Terminals or ColumnContent.OutboxValue or ColumnContent.Unknown;

    private static string Select(StoreTable table, IReadOnlyList<StoreColumn> columns, bool isFirst, int limit)
    {
        var key = string.Join(", ", table.Key.Select(Quoted));
        var marks = string.Join(", ", table.Key.Select(static (_, i) => string.Create(CultureInfo.InvariantCulture, $"?{i + 1}")));
        var kind = table.Name == "outbox" ? AlertKind : "0";
        var names = string.Join(", ", table.Key.Concat(columns.Select(static column => column.Name)).Select(Quoted).Prepend($"CAST({kind} AS bigint)"));
        var from = $"SELECT {names} FROM {Quoted(table.Name)}";
        return table.Key.Count == 0
            ? from
            : from + (isFirst ? "" : $" WHERE ({key}) > ({marks})") + string.Create(CultureInfo.InvariantCulture, $" ORDER BY {key} LIMIT {limit}");
    }
}
