using System.Text.Json;
using Fraud.Benchmarks.Measuring;
using Fraud.Benchmarks.Reporting;

namespace Fraud.Tests.Benchmarks.Reporting;

public sealed class BenchmarkReportTests
{
    private static readonly Spread Any = new(1, 1, 1);

    [Theory]
    [InlineData(0.7, true)]
    [InlineData(0.6999, false)]
    public void IsMet_RatioAtLeast_LooksAtTheMedian(double ratio, bool met) =>
        Assert.Equal(met, new Figure("answers", "/s", Any, Any, new Spread(ratio, 0, 2), Bar.RatioAtLeast(0.7)).IsMet);

    [Theory]
    [InlineData(16, false)]
    [InlineData(15.9, true)]
    public void IsMet_Below_ExcludesTheLimit(double value, bool met) =>
        Assert.Equal(met, new Figure("allocated", "B", new Spread(value, 0, 99), Bar: Bar.Below(16)).IsMet);

    [Theory]
    [InlineData(5, true)]
    [InlineData(5.01, false)]
    public void IsMet_AtMost_IncludesTheLimit(double value, bool met) =>
        Assert.Equal(met, new Figure("p99", "ms", new Spread(value, 0, 99), Bar: Bar.AtMost(5)).IsMet);

    [Fact]
    public void IsMet_NothingMeasured_IsNot() =>
        Assert.False(new Figure("p99", "ms", new Spread(double.NaN, 0, 0), Bar: Bar.AtMost(5)).IsMet);

    [Fact]
    public void IsMet_NothingAsked_IsNull() => Assert.Null(new Figure("rows", "/s", Any).IsMet);

    [Fact]
    public void ToMarkdown_Figures_AreRowsOfATable()
    {
        var text = Report().ToMarkdown();

        Assert.Contains("| topology | payments, /s | 1,234,567 (1,000,000 to 2,000,000) | 2,469,134 (2,469,134 to 2,469,134) | 0.50 (0.40 to 0.80) | ratio ≥ 0.6 | no |\n", text, StringComparison.Ordinal);
        Assert.Contains("| topology | overhead, ns | 12.3 (9.00 to 100) |  |  | < 1,000 | yes |\n", text, StringComparison.Ordinal);
        Assert.Contains("- topology: the graph against a loop. Scoring cancels out.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ToJson_Figures_AreThere()
    {
        using var json = JsonDocument.Parse(Report().ToJson());

        var figure = json.RootElement.GetProperty("results")[0].GetProperty("figures")[0];
        Assert.Equal(1_234_567, figure.GetProperty("ours").GetProperty("median").GetDouble());
        Assert.Equal(0.5, figure.GetProperty("ratio").GetProperty("median").GetDouble());
        Assert.Equal(0.6, figure.GetProperty("bar").GetProperty("limit").GetDouble());
        Assert.False(figure.GetProperty("is_met").GetBoolean());
    }

    private static BenchmarkReport Report() => new("2 cores", 3, 5,
    [
        new BenchmarkResult("topology", "the graph", "a loop",
        [
            new Figure("payments", "/s", new Spread(1_234_567, 1_000_000, 2_000_000), new Spread(2_469_134, 2_469_134, 2_469_134), new Spread(0.5, 0.4, 0.8), Bar.RatioAtLeast(0.6)),
            new Figure("overhead", "ns", new Spread(12.34, 9, 100), Bar: Bar.Below(1_000)),
        ],
        ["Scoring cancels out"]),
    ]);
}
