namespace Fraud.Stream.Storage;

/// <summary>
/// The database refuses what was written for itself: a constraint, a trigger, a type. However often it is tried, it stays so until someone
/// changes the data or the database. What may pass is <see cref="StoreUnavailableException"/>.
/// </summary>
/// <param name="error">The database's code, and the constraint that it names; never a value, which may be personal.</param>
/// <param name="inner">What the database said. Its message may quote values: it is not logged.</param>
public sealed class RowsRefusedException(string error, Exception? inner = null)
    : InvalidOperationException($"The database refuses what was to be written: {error}", inner)
{
    /// <summary>Longest <see cref="Error"/>: names of PostgreSQL have 63 bytes, of SQLite a constraint may be an expression.</summary>
    public const int MaxError = 200;

    public string Error { get; } = error.Length <= MaxError ? error : error[..MaxError];
}
