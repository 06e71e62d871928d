namespace Fraud.Stream.CardNumbers.Scan;

/// <summary>A table as the database describes it.</summary>
/// <param name="Key">Columns of its primary key, in order; empty when it has none.</param>
/// <param name="Columns">Those of text or bytes.</param>
internal sealed record StoreTable(string Name, IReadOnlyList<string> Key, IReadOnlyList<StoreColumn> Columns);

/// <summary>A column of text or bytes.</summary>
internal sealed record StoreColumn(string Name, ColumnContent Content);

/// <summary>A row's key and what its columns hold: text, bytes or null.</summary>
/// <param name="IsAlert">Of the outbox: an alert, not a dead letter.</param>
internal sealed record StoreRow(object[] Key, object?[] Values, bool IsAlert);
