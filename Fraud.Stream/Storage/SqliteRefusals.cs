using System.Globalization;
using SQLitePCL;

namespace Fraud.Stream.Storage;

/// <summary>What SQLite refuses for itself, and what of it may be told: the kind, and the constraint that was set, which is no value.</summary>
internal static class SqliteRefusals
{
    private const string Failed = "constraint failed: ";

    /// <param name="result">SQLite's code.</param>
    public static bool Are(int result) => (result & 0xFF) is raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_TOOBIG;

    /// <param name="extended">SQLite's extended code.</param>
    /// <param name="message">Of a check its name or expression, of others the columns. Of a trigger it may be anything, and is not told.</param>
    public static string Name(int extended, string message) => extended switch
    {
        raw.SQLITE_CONSTRAINT_TRIGGER => "SQLITE_CONSTRAINT_TRIGGER",
        raw.SQLITE_CONSTRAINT_CHECK => "SQLITE_CONSTRAINT_CHECK" + Constraint(message),
        raw.SQLITE_CONSTRAINT_NOTNULL => "SQLITE_CONSTRAINT_NOTNULL" + Constraint(message),
        raw.SQLITE_CONSTRAINT_UNIQUE => "SQLITE_CONSTRAINT_UNIQUE" + Constraint(message),
        raw.SQLITE_CONSTRAINT_PRIMARYKEY => "SQLITE_CONSTRAINT_PRIMARYKEY" + Constraint(message),
        raw.SQLITE_MISMATCH => "SQLITE_MISMATCH",
        raw.SQLITE_TOOBIG => "SQLITE_TOOBIG",
        _ => string.Create(CultureInfo.InvariantCulture, $"SQLite error {extended}"),
    };

    private static string Constraint(string message) =>
        message.IndexOf(Failed, StringComparison.Ordinal) is >= 0 and var at ? " " + message[(at + Failed.Length)..] : "";
}
