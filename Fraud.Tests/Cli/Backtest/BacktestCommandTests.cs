using System.Text.Json;
using Fraud.Tests.Stream.Retraining;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Backtest;

public sealed class BacktestCommandTests : IDisposable
{
    private static readonly string Shipped = Path.Combine(Repository.Root, "models", "payments", "1");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Backtest_OtherThresholds_MatchesWhatTheStoreHolds()
    {
        using (var store = FilledStore.Open(_folder))
        {
            FilledStore.Fill(store, RetrainingRunTests.Rows(), Shipped);
        }

        var report = await Json("backtest", "--store", _folder.Path, "--review", "0", "--block", "1", "--json");
        var total = report.GetProperty("total");
        using var opened = FilledStore.Open(_folder);
        var until = new DateTimeOffset(2018, 5, 21, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var stored = opened.History.Read(0, opened.History.Head(), 0, until);

        // Seven days before the newest payment, of May 28th; that day is left out, because it is not over.
        Assert.Equal("2018-05-20", report.GetProperty("days").EnumerateArray().Last().GetProperty("date").GetString());
        Assert.Equal(stored.Count, total.GetProperty("payments").GetInt32());
        Assert.Equal(stored.Count, total.GetProperty("after").GetProperty("reviews").GetInt32() + total.GetProperty("after").GetProperty("blocks").GetInt32());
        Assert.Equal(
            stored.Count(static payment => payment.Decision != Fraud.Model.Decision.Approve && payment.IsFraud == true),
            total.GetProperty("before").GetProperty("frauds_caught").GetInt32());
        Assert.Equal(
            stored.Where(static payment => payment.IsFraud == true).Sum(static payment => payment.AmountMinor) / 100.0,
            total.GetProperty("fraud_amount").GetDouble(), 2);
        Assert.Equal(0, total.GetProperty("after").GetProperty("frauds_missed").GetInt32());
    }

    [Fact]
    public async Task Backtest_TheModelThatServed_ChangesNothing()
    {
        using (var store = FilledStore.Open(_folder))
        {
            FilledStore.Fill(store, RetrainingRunTests.Rows().Take(3_000), Shipped);
        }

        var report = await Json("backtest", "--store", _folder.Path, "--model", Shipped, "--delay-days", "0", "--json");
        var (exit, output, _) = await CommandLine.Run("backtest", "--store", _folder.Path, "--policy", "cost", "--delay-days", "0");

        Assert.Equal(0, report.GetProperty("total").GetProperty("changed").GetInt32());
        Assert.Equal(0, exit);
        Assert.Contains("frauds caught", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backtest_NothingToChange_SaysWhatIsMissing()
    {
        FilledStore.Open(_folder).Dispose();

        var (exit, _, error) = await CommandLine.Run("backtest", "--store", _folder.Path);

        Assert.Equal(2, exit);
        Assert.Contains("--policy cost", error, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> Json(params string[] arguments)
    {
        var (exit, output, error) = await CommandLine.Run(arguments);
        Assert.True(exit == 0, error);
        return JsonDocument.Parse(output).RootElement;
    }
}
