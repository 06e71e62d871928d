using System.Globalization;

namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>Replaces what is to be replaced in a table, a page of rows in a transaction.</summary>
/// <remarks>
/// What becomes of a card number follows from it, so each page can be written by itself: after an end in the middle the next run finds what is
/// left, and the outcome is the same.
/// </remarks>
/// <param name="cards">Null where histories of cards stay in their places.</param>
internal sealed class StoreMend(IScannedStore store, IReplacement replacement, CardsMend? cards, Action<ScanProgress> progress, CancellationToken stop)
{
    // More would mean that something else is wrong.
    private const int MostNames = 9;

    private readonly ContentEditor _editor = new(replacement);

    /// <summary>Rows that got a numbered token.</summary>
    public Dictionary<string, long> Clashes { get; } = new(StringComparer.Ordinal);

    public IEnumerable<ColumnReport> Mend(StoreTable table)
    {
        var columns = TablePages.Looked(table);
        var counts = new ColumnCounts(table);
        foreach (var page in TablePages.Read(store, table))
        {
            stop.ThrowIfCancellationRequested();
            var changed = page.Where(row => Count(counts, columns, row)).ToList();
            if (changed.Count > 0)
            {
                store.Change(table.Name, () => changed.ForEach(row => Write(table, columns, row)));
            }

            progress(new ScanProgress(table.Name, counts.Rows));
        }

        if (table.Name == TerminalsMend.Table)
        {
            TerminalsMend.Run(store, replacement);
        }

        return counts.Reports();
    }

    private bool Count(ColumnCounts counts, IReadOnlyList<StoreColumn> columns, StoreRow row)
    {
        counts.Row();
        var isChanged = false;
        for (var i = 0; i < columns.Count; i++)
        {
            if (row.Values[i] is { } value)
            {
                isChanged |= !ReferenceEquals(_editor.Edit(columns[i].Content, value, row.IsAlert, out var found), value)
                    && columns[i].Content != ColumnContent.Unknown;
                counts.Add(columns[i], found);
            }
        }

        return isChanged;
    }

    private void Write(StoreTable table, IReadOnlyList<StoreColumn> columns, StoreRow row)
    {
        if (cards is not null && table.Name == CardsMend.Table)
        {
            cards.Rename(row);
            return;
        }

        var isOfPayment = columns.Any(static column => column.Content is ColumnContent.Payment or ColumnContent.OutboxSource);
        for (var number = 1; number <= MostNames; number++)
        {
            if (TryWrite(table, columns, row, number == 1 ? _editor : new ContentEditor(replacement.Again(number, isOfPayment))))
            {
                if (number > 1)
                {
                    Clashes[table.Name] = Clashes.GetValueOrDefault(table.Name) + 1;
                }

                return;
            }
        }

        throw new InvalidOperationException(
            $"{table.Name}: expected at most {MostNames} rows under one token. Nothing of these rows was written, and none is lost.");
    }

    private bool TryWrite(StoreTable table, IReadOnlyList<StoreColumn> columns, StoreRow row, ContentEditor editor)
    {
        var (sets, values) = (new List<string>(), new List<object>());
        for (var i = 0; i < columns.Count; i++)
        {
            if (row.Values[i] is { } value && columns[i].Content != ColumnContent.Unknown
                && editor.Edit(columns[i].Content, value, row.IsAlert, out _) is var mended && !ReferenceEquals(mended, value))
            {
                values.Add(mended);
                sets.Add(string.Create(CultureInfo.InvariantCulture, $"{TablePages.Quoted(columns[i].Name)} = ?{values.Count}"));
            }
        }

        var keys = table.Key.Select((name, i) => string.Create(CultureInfo.InvariantCulture, $"{TablePages.Quoted(name)} = ?{values.Count + 1 + i}"));
        return store.TryRun(
            $"UPDATE {TablePages.Quoted(table.Name)} SET {string.Join(", ", sets)} WHERE {string.Join(" AND ", keys)}", [.. values, .. row.Key]);
    }
}
