using System.Text.Json;
using Fraud.Benchmarks.Load;
using Fraud.Cli.Load;
using Fraud.Tests.Http;

namespace Fraud.Tests.Cli.Load;

public sealed class LoadScenarioTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private string Url => server.Client.BaseAddress!.ToString();

    [Fact]
    public async Task Load_Batch_ScoresEveryPaymentOnce()
    {
        // Generous: other tests share the machine.
        var (exit, output, _) = await CommandLine.Run("load", "batch", "--url", Url, "--time", "0.1", "--max-p99", "10s", "--quiet", "--json");

        Assert.Equal(0, exit);
        var scenario = Assert.Single(JsonDocument.Parse(output).RootElement.GetProperty("scenarios").EnumerateArray());
        Assert.Equal("batch", scenario.GetProperty("name").GetString());
        Assert.Equal(20, scenario.GetProperty("report").GetProperty("accepted").GetProperty("count").GetInt32());
        Assert.True(scenario.GetProperty("payments_per_second").GetDouble() > 100);
        Assert.DoesNotContain("fraud_predictions_total 0", await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_ThresholdBroken_IsOneAndSaysWhich()
    {
        var (exit, output, error) = await CommandLine.Run("load", "constant", "--url", Url, "--time", "0.1", "--max-p99", "0.000001s", "--markdown");

        Assert.Equal(1, exit);
        Assert.Contains("| constant |", output, StringComparison.Ordinal);
        Assert.Contains("expected at most 0.0", output, StringComparison.Ordinal);
        Assert.Contains("constant:", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_RefusedRequests_AreShedAndBreakTheThreshold()
    {
        var limited = new ServerFixture(new() { ["Overload:RatePerSecond"] = "10", ["Overload:Burst"] = "10" });
        await limited.InitializeAsync();
        try
        {
            string[] command = ["load", "constant", "--url", limited.Client.BaseAddress!.ToString(), "--time", "0.05", "--max-p99", "10s", "--quiet", "--json"];

            var (exit, output, _) = await CommandLine.Run(command);
            var (allowed, _, _) = await CommandLine.Run([.. command, "--max-shed", "1"]);

            var report = JsonDocument.Parse(output).RootElement.GetProperty("scenarios")[0].GetProperty("report");
            Assert.Equal((1, 0), (exit, allowed));
            Assert.Equal(300, report.GetProperty("offered").GetInt32());
            Assert.Equal(300, report.GetProperty("accepted").GetProperty("count").GetInt32() + report.GetProperty("shed").GetProperty("count").GetInt32());
            Assert.InRange(report.GetProperty("shed_share").GetDouble(), 0.5, 0.99);
        }
        finally
        {
            await limited.DisposeAsync();
        }
    }

    [Fact]
    public async Task Load_NobodyAnswers_IsOneLine()
    {
        var (exit, _, error) = await CommandLine.Run("load", "all", "--url", "http://127.0.0.1:9/");

        Assert.Equal(1, exit);
        Assert.Contains("expected a service to answer", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_UnknownScenario_NamesThoseThereAre()
    {
        var (exit, _, error) = await CommandLine.Run("load", "earthquake");

        Assert.Equal(2, exit);
        Assert.Contains("SCENARIO: expected burst, sustained, high-throughput, batch, constant, stress, spike or all", error, StringComparison.Ordinal);
    }

    [Fact]
    public void All_References_AreSeven() => Assert.Equal(
        ["burst", "sustained", "high-throughput", "batch", "constant", "stress", "spike"],
        LoadScenario.All.Select(static scenario => scenario.Name));

    [Fact]
    public void Options_Shortened_KeepRatesAndBursts()
    {
        var burst = LoadScenario.All[0].Options(new Uri("http://x/"), 0.1, TimeSpan.FromSeconds(1), 10, null).Phases!;
        var stress = LoadScenario.All.Single(static scenario => scenario.Name == "stress").Options(new Uri("http://x/"), 0.1, TimeSpan.FromSeconds(1), 10, null).Phases!;

        Assert.Equal(250, new ArrivalCurve(burst).CountAt(TimeSpan.Zero));
        Assert.Equal((100, 2_000, TimeSpan.FromSeconds(4)), (stress[0].From, stress[0].To, stress[0].Duration));
    }
}
