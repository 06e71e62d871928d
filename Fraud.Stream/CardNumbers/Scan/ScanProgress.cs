namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>How far the work is in a table.</summary>
public readonly record struct ScanProgress(string Table, long Rows);
