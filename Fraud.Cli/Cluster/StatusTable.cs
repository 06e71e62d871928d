using System.Globalization;
using System.Text;
using Fraud.Http.Cluster;

namespace Fraud.Cli.Cluster;

/// <summary>A cluster's report as text.</summary>
internal static class StatusTable
{
    private const string Unknown = "-";

    public static string Of(ClusterReport report)
    {
        var text = new StringBuilder();
        var open = report.Shards.Count(static shard => shard.State == ShardState.Open);
        text.Append(CultureInfo.InvariantCulture, $"{open} of {report.Shards.Count} shards open, lag {Number(report.Lag)}, results in {Clean(report.Store)}, {report.AsOf:yyyy-MM-dd HH:mm:ss} UTC\n");
        if (report.StoreError is { } error)
        {
            text.Append(CultureInfo.InvariantCulture, $"the store is away ({Clean(error)}): owners as the node saw them last\n");
        }

        text.Append('\n');
        Write(
            text,
            ["NODE", "STATE", "SHARDS", "OPEN", "SHARE", "KAFKA", "FRONT DOOR", "UP"],
            report.Nodes.Select(node => (string[])[
                Clean(node.Name) + (node.IsAsked ? " *" : ""), Clean(node.State), Number(node.Held), Number(node.Open),
                report.Shards.Count == 0 ? Unknown : (node.Held / (double)report.Shards.Count).ToString("0 %", CultureInfo.InvariantCulture),
                Clean(node.Kafka), Clean(string.Join(' ', node.Urls)), Age(node.UptimeSeconds),
            ]),
            rightFrom: 2, rightTo: 4);
        text.Append('\n');
        Write(
            text,
            ["SHARD", "GENERATION", "JOURNAL", "SNAPSHOT", "NEXT OFFSET", "LAG", "CARDS", "AWAY", "STATE", "OWNER", "ADDRESS"],
            report.Shards.Select(static shard => (string[])[
                Number(shard.Shard), Number(shard.Generation), Number(shard.Journal), Number(shard.Snapshot), Number(shard.NextOffset),
                Number(shard.Lag), Number(shard.Cards), Number(shard.CardsAway), StateOf(shard.State), Clean(shard.Owner), Clean(shard.Address),
            ]),
            rightFrom: 0, rightTo: 7);
        return text.ToString().TrimEnd('\n');
    }

    private static string StateOf(ShardState state) => state switch
    {
        ShardState.Open => "open",
        ShardState.Recovering => "recovering",
        ShardState.Nobody => "nobody",
        ShardState.NoAnswer => "no answer",
        _ => "not served",
    };

    private static void Write(StringBuilder text, string[] head, IEnumerable<string[]> rows, int rightFrom, int rightTo)
    {
        string[][] all = [head, .. rows];
        var widths = Enumerable.Range(0, head.Length).Select(column => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            var line = string.Join("  ", row.Select((value, column) =>
                column >= rightFrom && column <= rightTo ? value.PadLeft(widths[column]) : value.PadRight(widths[column])));
            text.Append(line.TrimEnd()).Append('\n');
        }
    }

    private static string Number(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? Unknown;

    private static string Age(double? seconds) => seconds switch
    {
        null => Unknown,
        < 120 => $"{seconds.Value.ToString("0", CultureInfo.InvariantCulture)} s",
        < 7_200 => $"{(seconds.Value / 60).ToString("0", CultureInfo.InvariantCulture)} min",
        < 172_800 => $"{(seconds.Value / 3_600).ToString("0", CultureInfo.InvariantCulture)} h",
        _ => $"{(seconds.Value / 86_400).ToString("0", CultureInfo.InvariantCulture)} d",
    };

    // What nodes call themselves must not steer a terminal.
    private static string Clean(string text) =>
        text.Length == 0 ? Unknown : string.Concat(text.Select(static letter => char.IsControl(letter) ? '?' : letter));
}
