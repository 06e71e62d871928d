namespace Fraud.Stream.Storage.Copy;

/// <summary>What was copied, or would be, by table.</summary>
public sealed record CopyReport(IReadOnlyList<CopiedCount> Tables);

/// <summary>A table of the copy.</summary>
/// <param name="Digest">Of all its rows, whatever their order, the same in both stores; empty where nothing was copied.</param>
public sealed record CopiedCount(string Table, long Rows, string Digest);

/// <summary>How far a copy is: rows of a table that were copied or read back.</summary>
public readonly record struct CopyProgress(CopyStep Step, string Table, long Rows);

/// <summary>What is being done with a table.</summary>
public enum CopyStep
{
    Copy,
    Verify,
}
