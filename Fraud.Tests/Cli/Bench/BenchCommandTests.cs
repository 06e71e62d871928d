using System.Text.Json;
using Fraud.Cli;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Bench;

public sealed class BenchCommandTests
{
    [Theory]
    [InlineData("topology", "overhead, allocated")]
    [InlineData("onnx", "rows")]
    [InlineData("reasons", "reasons with texts")]
    [InlineData("models", "call of 32")]
    [InlineData("kafka", "payments")]
    [InlineData("http", "p99 at half")]
    [InlineData("store", "SQLite rows")]
    public async Task Run_Json_IsAResultWithItsMeasures(string benchmark, string measure)
    {
        var (exit, output, error) = await RunAsync(
            "bench", benchmark, "--json", "--duration", "0.2", "--rounds", "1", "--model", Path.Combine(Repository.Root, "models", "payments"));

        Assert.True(exit == 0, error);
        using var json = JsonDocument.Parse(output);
        var result = Assert.Single(json.RootElement.GetProperty("results").EnumerateArray());
        Assert.Equal(benchmark, result.GetProperty("name").GetString());
        var figures = result.GetProperty("figures").EnumerateArray().ToArray();
        Assert.Contains(figures, figure => figure.GetProperty("measure").GetString() == measure);
        Assert.All(figures, static figure => Assert.True(double.IsFinite(figure.GetProperty("ours").GetProperty("median").GetDouble())));
        Assert.Contains($"{benchmark}: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bench nothing", "BENCHMARK: expected topology or onnx")]
    [InlineData("bench --rounds 0", "--rounds: expected a whole number from 1")]
    [InlineData("bench --duration 0", "--duration: expected more than 0")]
    public async Task Run_WrongArguments_SaysWhatWasExpected(string arguments, string message)
    {
        var (exit, _, error) = await RunAsync(arguments.Split(' '));

        Assert.Equal(2, exit);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exit = await FraudCommand.RunAsync(arguments, output, error, CancellationToken.None);
        return (exit, output.ToString(), error.ToString());
    }
}
