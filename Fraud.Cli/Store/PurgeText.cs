using System.Globalization;
using System.Text;
using System.Text.Json;
using Fraud.Stream.CardNumbers.Scan;

namespace Fraud.Cli.Store;

/// <summary>What <c>fraud store purge</c> prints: counts, and where it does not reach. Never the card.</summary>
internal static class PurgeText
{
    private static readonly string[] NotReached =
    [
        "Kafka's topics: payments and labels as senders wrote them, alerts and dead letters that were sent",
        "backups, dumps and snapshots of disks; logs of the database and its replicas",
        "logs of this service and of others that a collector keeps",
        "models, and files that were exported for training",
    ];

    public static string Lines(ScanReport report, bool isInTexts)
    {
        var text = new StringBuilder();
        foreach (var column in report.Columns.Where(static column => column.Found > 0))
        {
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{column.Table}.{column.Column}: {column.Found:N0} of {column.Rows:N0} {(column.IsKnown ? "replaced" : "hold it; a column that this program does not know, and leaves as it is")}"));
        }

        if (!isInTexts)
        {
            text.AppendLine("notes, audit log and records were not searched for it as a word: it is too short to be told from others");
        }

        text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{report.Store}: {report.Found - report.NotReplaced:N0} values replaced"));
        text.Append("not reached:");
        foreach (var place in NotReached)
        {
            text.AppendLine().Append("- ").Append(place);
        }

        return text.ToString();
    }

    public static string Json(ScanReport report, bool isInTexts) => JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["store"] = report.Store,
        ["replaced"] = report.Found - report.NotReplaced,
        ["not_replaced"] = report.NotReplaced,
        ["texts_searched"] = isInTexts,
        ["columns"] = report.Columns.Where(static column => column.Found > 0).Select(static column => new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["table"] = column.Table,
            ["column"] = column.Column,
            ["rows"] = column.Rows,
            ["found"] = column.Found,
            ["is_known"] = column.IsKnown,
        }),
        ["not_reached"] = NotReached,
    });
}
