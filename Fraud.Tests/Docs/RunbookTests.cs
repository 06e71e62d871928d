using System.Text.RegularExpressions;
using Fraud.Tests.Support;

namespace Fraud.Tests.Docs;

/// <summary>Whether each alarm says how bad it is and where in the runbook it is told of, and the runbook tells of no other.</summary>
public sealed partial class RunbookTests
{
    private static readonly string Alerts = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "prometheus", "rules", "alerts.yml"));

    private static readonly string Runbook = File.ReadAllText(Path.Combine(Repository.Root, "docs", "runbook.md"));

    [Fact]
    public void Alarms_HaveSeveritySummaryAndASectionOfTheRunbook()
    {
        var headings = Heading().Matches(Runbook).Select(static match => match.Groups[1].Value.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        var alerts = Alerts.Split("- alert: ")[1..];

        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert =>
        {
            var name = alert[..alert.IndexOf('\n', StringComparison.Ordinal)];
            Assert.True(Severity().IsMatch(alert), $"{name} has no severity");
            Assert.Contains("summary: ", alert, StringComparison.Ordinal);
            var anchor = Anchor().Match(alert).Groups[1].Value;
            Assert.True(headings.Contains(anchor), $"{name}: the runbook has no section #{anchor}");
        });
    }

    [Fact]
    public void Runbook_TellsOfAlarmsThatThereAre()
    {
        var section = Runbook[Runbook.IndexOf("\n## Alarms", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## Do alarms", StringComparison.Ordinal)];
        var names = Alerts.Split("- alert: ")[1..].Select(static alert => alert[..alert.IndexOf('\n', StringComparison.Ordinal)]).ToHashSet(StringComparer.Ordinal);

        Assert.All(Heading().Matches(section).Skip(1).Select(static match => match.Groups[1].Value), name => Assert.Contains(name, names));
        Assert.All(names, name => Assert.Contains(name, section, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^#{2,3} (.+)$", RegexOptions.Multiline, 1_000)]
    private static partial Regex Heading();

    [GeneratedRegex("severity: (critical|warning|info)", RegexOptions.None, 1_000)]
    private static partial Regex Severity();

    [GeneratedRegex(@"runbook: docs/runbook\.md#(\w+)", RegexOptions.None, 1_000)]
    private static partial Regex Anchor();
}
