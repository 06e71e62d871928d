using System.Globalization;
using System.Text;
using System.Text.Json;
using Fraud.Stream.CardNumbers.Scan;

namespace Fraud.Cli.Store;

/// <summary>What <c>fraud store scan</c> prints: counts, never a number.</summary>
internal static class ScanText
{
    public static string Lines(ScanReport report, bool isMend)
    {
        var text = new StringBuilder();
        foreach (var column in report.Columns)
        {
            text.AppendLine(column.NotLookedAt is { } why
                ? $"{column.Table}.{column.Column}: not looked at ({why})"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{column.Table}.{column.Column}: {column.Rows:N0} rows, {column.Found:N0} with card numbers ({column.Identifiers:N0} in identifiers, {column.Texts:N0} in texts){(column.IsKnown ? "" : "; a column that this program does not know, and leaves as it is")}"));
        }

        foreach (var (table, rows) in report.Clashes)
        {
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture, $"{table}: {rows:N0} rows share their token with another row and have _2 behind it"));
        }

        if (report.Merged > 0)
        {
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture, $"card_states: {report.Merged:N0} histories were joined with the one that their token had already"));
        }

        var columns = report.Columns.Count(static column => column.Found > 0);
        return text.Append(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Store}: {report.Found:N0} values with card numbers in {columns:N0} columns{(isMend ? string.Create(CultureInfo.InvariantCulture, $", {report.Found - report.NotReplaced:N0} replaced") : "")}")).ToString();
    }

    public static string Json(ScanReport report, bool isMend) => JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["store"] = report.Store,
        ["found"] = report.Found,
        ["mended"] = isMend,
        ["columns"] = report.Columns.Select(static column => new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["table"] = column.Table,
            ["column"] = column.Column,
            ["rows"] = column.Rows,
            ["found"] = column.Found,
            ["identifiers"] = column.Identifiers,
            ["texts"] = column.Texts,
            ["not_looked_at"] = column.NotLookedAt,
            ["is_known"] = column.IsKnown,
        }),
        ["clashes"] = report.Clashes,
        ["joined_histories"] = report.Merged,
    });
}
