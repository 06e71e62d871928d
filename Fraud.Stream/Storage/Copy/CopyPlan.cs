using System.Collections.Frozen;

namespace Fraud.Stream.Storage.Copy;

/// <summary>
/// Which table gets the rows of which. It follows from what the databases say of themselves, so a table or column that is added to the store is
/// copied, and one that only one of them has is an error: nothing is left behind unsaid.
/// </summary>
internal static class CopyPlan
{
    /// <summary>Of nodes that run, and of the database itself: a store that moved has none of it.</summary>
    public static readonly FrozenSet<string> NotCopied =
        FrozenSet.Create(StringComparer.Ordinal, "schema_version", "cluster_nodes", "cluster_formation", "cluster_leases");

    // Where PostgreSQL has a table for what is an index of SQLite's.
    private static readonly FrozenDictionary<string, string> MadeOf =
        new Dictionary<string, string>(StringComparer.Ordinal) { ["transaction_ids"] = "transactions" }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, CopiedType> Types = new Dictionary<string, CopiedType>(StringComparer.Ordinal)
    {
        ["smallint"] = CopiedType.Short,
        ["integer"] = CopiedType.Integer,
        ["bigint"] = CopiedType.Long,
        ["boolean"] = CopiedType.Boolean,
        ["real"] = CopiedType.Real,
        ["text"] = CopiedType.Text,
        ["bytea"] = CopiedType.Bytes,
        ["uuid"] = CopiedType.Uuid,
        ["real[]"] = CopiedType.Reals,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <exception cref="StoreCopyException">A table or column has no counterpart.</exception>
    public static IReadOnlyList<CopiedTable> Of(IReadOnlyList<DescribedTable> from, IReadOnlyList<DescribedTable> into)
    {
        var sources = from.ToDictionary(static table => table.Name, StringComparer.Ordinal);
        List<CopiedTable> tables = [.. into.Where(static table => !NotCopied.Contains(table.Name)).Select(table => Pair(table, sources))];
        return from.FirstOrDefault(table => !tables.Exists(copied => copied.Name == table.Name)) is { } left
            ? throw Unpaired(left.Name, "PostgreSQL's")
            : tables;
    }

    private static CopiedTable Pair(DescribedTable into, Dictionary<string, DescribedTable> sources)
    {
        var isMade = MadeOf.TryGetValue(into.Name, out var origin);
        if (!sources.TryGetValue(origin ?? into.Name, out var from))
        {
            throw Unpaired(into.Name, "SQLite's");
        }

        var names = from.Columns.Select(static column => column.Name).ToHashSet(StringComparer.Ordinal);
        var columns = into.Columns.Select(column =>
            !names.Remove(column.Name) ? throw Unpaired($"{into.Name}.{column.Name}", "SQLite's")
            : Types.TryGetValue(column.Type, out var type) ? new CopiedColumn(column.Name, type)
            : throw new StoreCopyException($"{into.Name}.{column.Name}: expected a type that this program copies, found {column.Type}")).ToList();
        return isMade || names.Count == 0
            ? new CopiedTable(into.Name, from.Name, columns)
            : throw Unpaired($"{into.Name}.{names.First()}", "PostgreSQL's");
    }

    private static StoreCopyException Unpaired(string what, string whose) =>
        new($"{what}: expected a counterpart among {whose} tables; nothing of a store is left behind, so it is not copied");
}
