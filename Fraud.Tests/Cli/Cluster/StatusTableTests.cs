using Fraud.Cli.Cluster;
using Fraud.Http.Cluster;

namespace Fraud.Tests.Cli.Cluster;

/// <summary>A cluster's report as people read it in a terminal.</summary>
public sealed class StatusTableTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_Report_ShowsMembersAndTheHistoryOfShards()
    {
        var lines = StatusTable.Of(Report(
            new ShardHappened(At, 1, "claimed", 5, "node-b", null, 1.25, 70_000),
            new ShardHappened(At.AddSeconds(-2), 1, "released", 4, "node-a", "drain_limit", 8, null),
            new ShardHappened(At.AddHours(-1), 0, "overtaken", 2, "node\u001b[2J", null, 7_300, null))).Split('\n');

        Assert.Contains(lines, static line => line.StartsWith("node-a *", StringComparison.Ordinal) && line.Contains("up, leader, coordinator", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.StartsWith("node-b", StringComparison.Ordinal) && line.Contains("unreachable", StringComparison.Ordinal));
        var history = lines[(Array.FindIndex(lines, static line => line.StartsWith("WHEN", StringComparison.Ordinal)) + 1)..];
        Assert.Equal(
            [
                "11-21 10:00:00.000      1           5  1.250 s  claimed (70,000 cards)  node-b",
                "11-21 09:59:58.000      1           4  8.000 s  released (drain limit)  node-a",
                "11-21 09:00:00.000      0           2      2 h  overtaken               node?[2J",
            ],
            history);
    }

    [Fact]
    public void Of_ReportWithoutHistory_HasNoTableOfIt() =>
        Assert.DoesNotContain("WHEN", StatusTable.Of(Report()), StringComparison.Ordinal);

    private static ClusterReport Report(params ShardHappened[] history) => new(
        At, "postgres", null, 0,
        [new ShardReport(0, ShardState.Open, "node-a", "", 3, 1, 1, 1, 0, 1, 0), new ShardReport(1, ShardState.Open, "node-b", "", 5, 1, 1, 1, 0, 1, 0)],
        [
            new NodeReport("node-a", "", [], true, "running", "up", true, true, "running", "payments 1", 1, 1, 60),
            new NodeReport("node-b", "", [], false, "no answer", "unreachable", false, false, "", "", 1, 1, null),
        ],
        history);
}
