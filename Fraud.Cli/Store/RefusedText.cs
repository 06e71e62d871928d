using System.Globalization;
using System.Text;
using System.Text.Json;
using Fraud.Model.CardNumbers;
using Fraud.Stream.ReadModel;

namespace Fraud.Cli.Store;

/// <summary>What <c>fraud store refused</c> prints: places, ids without card numbers, and what the database named.</summary>
internal static class RefusedText
{
    public static string Lines(RefusedReport report)
    {
        var text = new StringBuilder();
        foreach (var (row, outcome) in report.Rows)
        {
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"shard {row.Shard}, page {row.Sequence}, place {row.Ordinal}: {Id(row) ?? "an id that the database refuses"}, {Why(row, outcome)}; refused {row.Attempts:N0} times, last {At(row)}"));
        }

        if (report.Left > report.Rows.Count)
        {
            text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"and {report.Left - report.Rows.Count:N0} more"));
        }

        return text.Append(report.IsRetry
            ? string.Create(CultureInfo.InvariantCulture, $"{report.Store}: {report.Written:N0} rows written, {report.Left:N0} are refused still")
            : string.Create(CultureInfo.InvariantCulture, $"{report.Store}: {report.Left:N0} rows are refused")).ToString();
    }

    public static string Json(RefusedReport report) => JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["store"] = report.Store,
        ["retried"] = report.IsRetry,
        ["written"] = report.Written,
        ["parked"] = report.Left,
        ["rows"] = report.Rows.Select(static each => new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["shard"] = each.Row.Shard,
            ["sequence"] = each.Row.Sequence,
            ["ordinal"] = each.Row.Ordinal,
            ["transaction_id"] = Id(each.Row),
            ["error"] = each.Row.Error,
            ["id_is_taken"] = each.Outcome == RetryOutcome.IdIsTaken,
            ["attempts"] = each.Row.Attempts,
            ["refused_at"] = At(each.Row),
        }),
    });

    private static string? Id(RefusedRow row) => row.TransactionId is { } id ? CardMask.Apply(id) : null;

    private static string Why(RefusedRow row, RetryOutcome outcome) =>
        outcome == RetryOutcome.IdIsTaken ? "another payment has the row of its id" : row.Error;

    private static string At(RefusedRow row) =>
        DateTimeOffset.FromUnixTimeMilliseconds(row.RefusedAtMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
