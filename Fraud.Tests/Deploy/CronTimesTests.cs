using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>The lines for cron: when, what, and where its output goes. That they run: <see cref="CronTests"/>.</summary>
public sealed class CronTimesTests
{
    [Fact]
    public void Backup_IsMadeAtTwoAndWritesALog()
    {
        var line = Line("backup", "fraud-backup.cron");

        Assert.StartsWith("0 2 * * * ", line, StringComparison.Ordinal);
        Assert.Contains("/backup.sh /var/backups/fraud >>/var/log/fraud-backup.log 2>&1", line, StringComparison.Ordinal);
    }

    [Fact]
    public void DailyCheck_IsMadeAtSix()
    {
        var line = Line("monitoring", "fraud-daily-check.cron");

        Assert.StartsWith("0 6 * * * ", line, StringComparison.Ordinal);
        Assert.Contains("/daily-check.sh http://127.0.0.1:8000", line, StringComparison.Ordinal);
    }

    private static string Line(string folder, string file) => Assert.Single(
        File.ReadAllLines(Path.Combine(Repository.Root, "deploy", folder, file)), static line => char.IsAsciiDigit(line.FirstOrDefault()));
}
