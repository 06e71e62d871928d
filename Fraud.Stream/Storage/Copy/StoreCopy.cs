namespace Fraud.Stream.Storage.Copy;

/// <summary>
/// Moves a SQLite store into an empty PostgreSQL database. Until all of it was read back and found equal, the database has a version of the
/// tables that every program refuses. Blocks.
/// </summary>
public static class StoreCopy
{
    /// <summary>What would be copied: both stores are looked at as a copy does, and neither is changed.</summary>
    /// <param name="to">Connection string of PostgreSQL.</param>
    /// <exception cref="StoreCopyException">One of them is not as a copy needs it.</exception>
    /// <exception cref="StoreUnavailableException">One of them does not answer.</exception>
    public static CopyReport Count(StorageOptions from, string to, CancellationToken stop) => PostgresErrors.Guard(() =>
    {
        using var source = CopySource.Open(from, mayMake: false);
        using var target = CopyTarget.Open(to);
        var tables = new List<CopiedCount>();
        foreach (var table in source.Tables())
        {
            stop.ThrowIfCancellationRequested();
            tables.Add(new CopiedCount(table.Name, source.Count(table.Name), Digest: ""));
        }

        return new CopyReport(tables);
    });

    /// <summary>Copies all, reads all of it back, and only then makes the database one that services take.</summary>
    /// <param name="to">Connection string of PostgreSQL.</param>
    /// <param name="progress">Told before each table, and after each chunk of its rows.</param>
    /// <exception cref="StoreCopyException">One of them is not as a copy needs it, or what was read back is not what was copied.</exception>
    /// <exception cref="StoreUnavailableException">One of them does not answer.</exception>
    public static CopyReport Run(StorageOptions from, string to, TimeProvider time, Action<CopyProgress> progress, CancellationToken stop) =>
        PostgresErrors.Guard(() =>
        {
            using var source = CopySource.Open(from, mayMake: true);
            using var target = CopyTarget.Open(to);
            var sources = source.Tables();
            target.Begin(hasOutbox: sources.Any(static table => table.Name == "outbox"));
            var tables = CopyPlan.Of(sources, target.Tables());
            var rows = new CopiedRows(source, target, time, progress, stop);
            foreach (var table in tables)
            {
                rows.Copy(table);
            }

            List<CopiedCount> counts = [.. tables.Select(rows.Verify)];
            new CopyEnd(source, target, time).Run(tables, counts.Sum(static count => count.Rows));
            return new CopyReport(counts);
        });
}
