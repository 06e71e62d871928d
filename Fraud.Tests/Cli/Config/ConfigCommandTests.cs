using System.Text.Json;
using Fraud.Http.Settings;
using Fraud.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Fraud.Tests.Cli.Config;

public sealed class ConfigCommandTests
{
    [Fact]
    public async Task Show_SettingOfEachKind_SaysValueAndOriginAndNoSecret()
    {
        var (exit, output, _) = await CommandLine.Run(
            "config", "show", "--json", "--urls", "http://127.0.0.1:7000", "--postgres", "Host=db;Password=hunter2", "--set", "Security:AdminKeyHash=hunter2");

        Assert.Equal(0, exit);
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);
        var lines = JsonDocument.Parse(output).RootElement.EnumerateArray().ToDictionary(
            static line => line.GetProperty("name").GetString()!,
            static line => (line.GetProperty("value").GetString(), line.GetProperty("origin").GetString()));
        Assert.Equal(("http://127.0.0.1:7000", "command line"), lines["Http:Urls"]);
        Assert.Equal(("Postgres", "command line"), lines["Storage:Kind"]);
        Assert.Equal(("***", "command line"), lines["Security:AdminKeyHash"]);
        Assert.Equal(("1000", "default"), lines["Http:MaxBatch"]);
    }

    [Fact]
    public async Task Show_Changed_LeavesOutDefaults()
    {
        // The second and third say what is so by default, in other words.
        var (_, output, _) = await CommandLine.Run(
            "config", "show", "--changed", "--set", "Http:MaxBatch=7", "--set", "Overload:Deadline=0:00:02.0", "--set", "Batching:MaxBatchSize=0256");

        Assert.Matches(@"(?m)^Http:MaxBatch +7 +command line", output);
        Assert.DoesNotContain("default", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Overload:Deadline", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Batching:MaxBatchSize", output, StringComparison.Ordinal);
    }

    [Fact]
    public void View_FileThatNamesEveryDefault_HasNothingChangedButWhatDiffers()
    {
        var configuration = new ConfigurationBuilder().AddJsonFile(Path.Combine(Repository.Root, "config", "fraud.json")).Build();

        var changed = SettingsView.Of(configuration).Where(static line => line.IsChanged).Select(static line => line.Name).ToList();

        // Lists, which have no defaults to be the same as, and what the file really sets otherwise.
        Assert.InRange(changed.Count, 0, 30);
        Assert.DoesNotContain("Http:MaxBatch", changed);
    }

    [Fact]
    public async Task Show_KeyOfTokens_IsMasked()
    {
        var (_, output, _) = await CommandLine.Run("config", "show", "--set", $"CardNumbers:TokenKey={TestTokenKey.Hex}");

        Assert.Matches(@"(?m)^CardNumbers:TokenKey +\*\*\* +command line", output);
        Assert.DoesNotContain(TestTokenKey.Hex, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Wrong_NamesEachOnALineAndIsTwo()
    {
        var (exit, output, error) = await CommandLine.Run("config", "check", "--set", "Http:MaxBatch=0", "--set", "Kafka:Partition=1");

        Assert.Equal((2, ""), (exit, output));
        Assert.Equal(2, error.TrimEnd().Split('\n').Length);
        Assert.Contains("Kafka:Partition: unknown setting; did you mean Kafka:Partitions?", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_InOrder_SaysSo() =>
        Assert.Equal((0, "The settings are in order.\n", ""), await CommandLine.Run("config", "check"));

    [Fact]
    public async Task Serve_Wrong_NamesAllAndIsTwo()
    {
        var (exit, _, error) = await CommandLine.Run("serve", "--set", "Http:MaxBatch=0", "--set", "Kafka:Partition=1", "--set", "Batching:Linger=x");

        Assert.Equal(2, exit);
        Assert.Contains("Http:MaxBatch", error, StringComparison.Ordinal);
        Assert.Contains("Kafka:Partition", error, StringComparison.Ordinal);
        Assert.Contains("Batching:Linger", error, StringComparison.Ordinal);
    }
}
