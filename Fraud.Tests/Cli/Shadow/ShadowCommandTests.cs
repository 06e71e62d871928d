using System.Text.Json;
using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Shadow;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Shadow;

public sealed class ShadowCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Report_ComparedPayments_PrintsThemAsTextAndAsJson()
    {
        using (var store = new SqliteStore(new StorageOptions { SqliteFile = _folder.File("fraud.db") }, "transactions", TimeProvider.System))
        {
            store.Open();
            new ShadowQueries(store.Database).Add([Score("a", Decision.Block), Score("b", Decision.Approve), Score("c", Decision.Approve)], new ShadowRetention(1_000, 0));
            store.CommitLabels("labels", 0, 1, [new Label(ShortText.From("a"), ShortText.From("card"), ShortText.From("t"), 1, IsFraud: true)]);
        }

        var (exit, text, error) = await CommandLine.Run("shadow", "report", "--data", _folder.Path);
        var (_, json, _) = await CommandLine.Run("shadow", "report", "--data", _folder.Path, "--settled-days", "1", "--json");

        Assert.True(exit == 0, error);
        Assert.Contains("payments version 3 against payments version 2", text, StringComparison.Ordinal);
        Assert.Contains("3 payments, 0 of them decided by it; 33.333 % decided differently", text, StringComparison.Ordinal);
        Assert.Contains("p = 1: no difference shown", text, StringComparison.Ordinal);
        var report = JsonSerializer.Deserialize<ComparisonReport>(json, ComparisonReport.Json)!;
        Assert.Equal((3L, 1L), (Assert.Single(report.Comparisons).Labelled!.Payments, report.Comparisons[0].Labelled!.Frauds));
    }

    [Fact]
    public async Task Report_NothingCompared_SaysWhatNamesModels()
    {
        using (var store = new SqliteStore(new StorageOptions { SqliteFile = _folder.File("fraud.db") }, "transactions", TimeProvider.System))
        {
            store.Open();
        }

        var (exit, text, _) = await CommandLine.Run("shadow", "report", "--data", _folder.Path);

        Assert.Equal(0, exit);
        Assert.Contains("Scoring:Shadows", text, StringComparison.Ordinal);
        Assert.Equal(1, (await CommandLine.Run("shadow", "report", "--data", _folder.File("none"))).Exit);
    }

    private static ShadowScore Score(string id, Decision decision) => new(
        ShortText.From(id), new ScoredBy("payments", "3", 0.5f, 0.9f), 0.5f, decision, new ScoredBy("payments", "2", 0.5f, 0.9f), 0.25f,
        Decision.Approve, IsDecider: false, ScoredAtMs: 1);
}
