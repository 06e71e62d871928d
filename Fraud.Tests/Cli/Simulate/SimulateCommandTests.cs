using Fraud.Model.Training;
using Fraud.Tests.Cli.Feed;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Simulate;

public sealed class SimulateCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("history.csv")]
    [InlineData("deeper/history.csv.gz")]
    public async Task Simulate_ToAFile_IsWhatTheTrainerReads(string name)
    {
        var file = _folder.File(name);

        var (exit, output, error) = await CommandLine.Run(
            "simulate", "--file", file, "--days", "20", "--customers", "100", "--terminals", "200", "--fraud-share", "0.05", "--seed", "3");

        Assert.True(exit == 0, error);
        var rows = HandbookReader.Read(file).ToList();
        Assert.StartsWith($"{file}: {rows.Count:N0} payments, {rows.Count(static row => row.IsFraud):N0} of them frauds", output, StringComparison.Ordinal);
        Assert.InRange(rows.Count, 2_000, 8_000);
        Assert.Contains(rows, static row => row.IsFraud && row.Scenario > 0);
        Assert.All(rows, static row => Assert.Equal(row.IsFraud, row.Scenario > 0));
        Assert.Equal(Enumerable.Range(0, rows.Count).Select(static number => (long)number), rows.Select(static row => row.TransactionId));
        Assert.Equal([Path.GetFileName(name)], Directory.GetFiles(Path.GetDirectoryName(file)!).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Simulate_CountToAFile_HasSoMany()
    {
        var (exit, _, error) = await CommandLine.Run("simulate", "--file", _folder.File("few.csv"), "--count", "7", "--customers", "50", "--terminals", "50");

        Assert.True(exit == 0, error);
        Assert.Equal(7, HandbookReader.Read(_folder.File("few.csv")).Count());
    }

    [Fact]
    public async Task Simulate_FileThatCannotBe_IsSaidAndLeavesNothing()
    {
        await File.WriteAllTextAsync(_folder.File("no-folder"), "");

        var (exit, _, error) = await CommandLine.Run("simulate", "--file", _folder.File("no-folder/history.csv"), "--days", "1");

        Assert.Equal(1, exit);
        Assert.StartsWith("fraud: --file: expected a place to write to", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulate_OtherTopics_ArriveThere()
    {
        using var broker = new FeedBroker("payments.in", "labels.in");

        var (exit, _, error) = await CommandLine.Run(
            "simulate", "--kafka", broker.Address, "--wait", "0", "--rate", "0", "--count", "200", "--fraud-share", "0.2", "--topic", "payments.in", "--label-topic", "labels.in");

        Assert.True(exit == 0, error);
        Assert.Equal(200, broker.Read("payments.in", 200).Count);
        Assert.NotEmpty(broker.Read("labels.in", 1));
    }

    [Theory]
    [InlineData("--topic", "")]
    [InlineData("--group", " ")]
    public async Task Simulate_NoName_IsAMistake(string option, string value)
    {
        var (exit, _, error) = await CommandLine.Run("simulate", option, value);

        Assert.Equal(2, exit);
        Assert.Contains($"{option}: expected a name", error, StringComparison.Ordinal);
    }
}
