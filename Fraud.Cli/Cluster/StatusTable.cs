using System.Globalization;
using System.Text;
using Fraud.Http.Cluster;

namespace Fraud.Cli.Cluster;

/// <summary>A cluster's report as text.</summary>
internal static class StatusTable
{
    private const string Unknown = "-";

    // What a terminal shows beside the shards; the page and --json have all.
    private const int MostEvents = 20;

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
            ["NODE", "STATE", "MEMBER", "SHARDS", "OPEN", "SHARE", "KAFKA", "FRONT DOOR", "UP"],
            report.Nodes.Select(node => (string[])[
                Clean(node.Name) + (node.IsAsked ? " *" : ""), Clean(node.State), MemberOf(node), Number(node.Held), Number(node.Open),
                report.Shards.Count == 0 ? Unknown : (node.Held / (double)report.Shards.Count).ToString("0 %", CultureInfo.InvariantCulture),
                Clean(node.Kafka), Clean(string.Join(' ', node.Urls)), Age(node.UptimeSeconds),
            ]),
            rightFrom: 3, rightTo: 5);
        text.Append('\n');
        Write(
            text,
            ["SHARD", "GENERATION", "JOURNAL", "SNAPSHOT", "NEXT OFFSET", "LAG", "CARDS", "AWAY", "STATE", "OWNER", "ADDRESS"],
            report.Shards.Select(static shard => (string[])[
                Number(shard.Shard), Number(shard.Generation), Number(shard.Journal), Number(shard.Snapshot), Number(shard.NextOffset),
                Number(shard.Lag), Number(shard.Cards), Number(shard.CardsAway), StateOf(shard.State), Clean(shard.Owner), Clean(shard.Address),
            ]),
            rightFrom: 0, rightTo: 7);
        if (report.History is { Count: > 0 } history)
        {
            text.Append('\n');
            Write(
                text,
                ["WHEN (UTC)", "SHARD", "GENERATION", "TOOK", "EVENT", "NODE"],
                history.Take(MostEvents).Select(static happened => (string[])[
                    happened.At.UtcDateTime.ToString("MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture), Number(happened.Shard), Number(happened.Generation),
                    Took(happened.Seconds), EventOf(happened), Clean(happened.Node),
                ]),
                rightFrom: 1, rightTo: 3);
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string MemberOf(NodeReport node) =>
        Clean(node.Member) + (node.IsLeader ? ", leader" : "") + (node.IsCoordinator ? ", coordinator" : "");

    private static string EventOf(ShardHappened happened) => Clean(happened.Event)
        + (happened.Why is { } why ? $" ({Clean(why).Replace('_', ' ')})" : "")
        + (happened.Cards is { } cards ? string.Create(CultureInfo.InvariantCulture, $" ({cards:N0} cards)") : "");

    private static string Took(double seconds) => seconds < 120 ? seconds.ToString("0.000", CultureInfo.InvariantCulture) + " s" : Age(seconds);

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
