namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>Counts of one table's columns while it is read.</summary>
internal sealed class ColumnCounts(StoreTable table)
{
    private readonly Dictionary<string, (long Found, long Identifiers, long Texts)> _columns = new(StringComparer.Ordinal);
    private long _rows;

    public long Rows => _rows;

    public void Row() => _rows++;

    public void Add(StoreColumn column, Found found)
    {
        if (found != Found.Nothing)
        {
            var (all, identifiers, texts) = _columns.GetValueOrDefault(column.Name);
            _columns[column.Name] = (all + 1, identifiers + (found.HasFlag(Found.Identifier) ? 1 : 0), texts + (found.HasFlag(Found.Text) ? 1 : 0));
        }
    }

    public IEnumerable<ColumnReport> Reports() => table.Columns.Select(column =>
    {
        var (found, identifiers, texts) = _columns.GetValueOrDefault(column.Name);
        return new ColumnReport(table.Name, column.Name, _rows, found, identifiers, texts, StoreCatalog.WhyNot(column.Content), column.Content != ColumnContent.Unknown);
    });
}
