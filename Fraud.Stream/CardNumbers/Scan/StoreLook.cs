namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>Looks for card numbers in a table.</summary>
internal sealed class StoreLook(IScannedStore store, Action<ScanProgress> progress, CancellationToken stop)
{
    private readonly ContentEditor _editor = new(IdentifierNames.None);

    public IEnumerable<ColumnReport> Look(StoreTable table)
    {
        var columns = TablePages.Looked(table);
        var counts = new ColumnCounts(table);
        foreach (var page in TablePages.Read(store, table))
        {
            stop.ThrowIfCancellationRequested();
            foreach (var row in page)
            {
                counts.Row();
                for (var i = 0; i < columns.Count; i++)
                {
                    if (row.Values[i] is { } value)
                    {
                        _editor.Edit(columns[i].Content, value, row.IsAlert, out var found);
                        counts.Add(columns[i], found);
                    }
                }
            }

            progress(new ScanProgress(table.Name, counts.Rows));
        }

        return counts.Reports();
    }
}
