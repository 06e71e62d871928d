namespace Fraud.Stream.Storage.Copy;

/// <summary>A table and its columns, as a database describes it.</summary>
/// <param name="Columns">Name and type, in order.</param>
internal sealed record DescribedTable(string Name, IReadOnlyList<(string Name, string Type)> Columns);

/// <summary>A table of PostgreSQL that is filled.</summary>
/// <param name="From">The table of SQLite whose rows it gets.</param>
internal sealed record CopiedTable(string Name, string From, IReadOnlyList<CopiedColumn> Columns)
{
    /// <summary>The columns as SQL names them, on both sides.</summary>
    public string ColumnList { get; } = string.Join(", ", Columns.Select(static column => Quoted(column.Name)));

    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>A column of both databases.</summary>
internal sealed record CopiedColumn(string Name, CopiedType Type);

/// <summary>What PostgreSQL keeps in a column.</summary>
internal enum CopiedType
{
    Short,
    Integer,
    Long,
    Boolean,
    Real,
    Text,
    Bytes,
    Uuid,
    Reals,
}
