using Fraud.Cli;

namespace Fraud.Tests.Cli;

public sealed class FraudCommandTests
{
    [Theory]
    [InlineData("simulat", "simulat")]
    [InlineData("simulate --rate fast", "--rate: expected a number from 0")]
    [InlineData("simulate --rate -1", "--rate: expected a number from 0")]
    [InlineData("simulate --count 0", "--count: expected a whole number of at least 1")]
    [InlineData("simulate --fraud-share 0.9", "--fraud-share: expected a number from 0 to 0.5")]
    [InlineData("simulate --duration soon", "--duration: expected a time such as 30s")]
    [InlineData("simulate --start someday", "--start: expected a date")]
    [InlineData("simulate --to carrier-pigeon", "--to: expected kafka or http")]
    [InlineData("simulate --kafka localhost", "--kafka: expected host:port")]
    [InlineData("simulate --url here", "--url: expected an address")]
    [InlineData("simulate --to http --labels", "--labels: expected --to kafka")]
    [InlineData("simulate --labels --no-labels", "--no-labels: expected")]
    [InlineData("simulate --batch 1001", "--batch: expected a whole number from 1 to 1000")]
    [InlineData("simulate --bogus", "--bogus")]
    [InlineData("replay", "replay")]
    [InlineData("replay /no/such/file", "FILE: expected a file that exists")]
    [InlineData("load --url ftp://localhost/", "--url: expected an address")]
    [InlineData("load --url https://localhost/", "--url: expected an address that starts with http://")]
    [InlineData("load --connections 0", "--connections: expected a whole number from 1")]
    [InlineData("load --body /no/such/file", "--body: expected a file that exists")]
    public async Task Run_WrongArguments_IsOneLineAndTwo(string arguments, string message)
    {
        var (exit, output, error) = await RunAsync(arguments);

        Assert.Equal(2, exit);
        Assert.Empty(output);
        Assert.Contains(message, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "simulate")]
    [InlineData("replay --help", "--max-in-flight")]
    [InlineData("load --help", "--duration")]
    public async Task Run_Help_IsPrintedAndZero(string arguments, string part)
    {
        var (exit, output, _) = await RunAsync(arguments);

        Assert.Equal(0, exit);
        Assert.Contains(part, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NobodyListens_IsOneLineAndOne()
    {
        // Port 9 of this machine: discard, which nobody runs.
        var (exit, _, error) = await RunAsync("simulate --to http --url http://127.0.0.1:9 --rate 0 --count 3");

        Assert.Equal(1, exit);
        Assert.Contains("3 failed", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_InterruptedEndlessFeed_ReportsAndIsZero()
    {
        using var stopping = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        var (exit, output, _) = await RunAsync("simulate --to http --url http://127.0.0.1:9 --rate 0.001", stopping.Token);

        Assert.Contains(" payments ", output, StringComparison.Ordinal);
        Assert.InRange(exit, 0, 1);
    }

    [Theory]
    [InlineData("250ms", 0.25)]
    [InlineData("30s", 30)]
    [InlineData("1.5m", 90)]
    [InlineData("2h", 7_200)]
    [InlineData("7", 7)]
    [InlineData("00:01:00", 60)]
    public void ParseDuration_Good_IsThatLong(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Fraud.Cli.Arguments.Options.ParseDuration(text));

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("1e9s")]
    [InlineData("99999999d")]
    [InlineData("5 parsecs")]
    public void ParseDuration_Bad_IsNone(string text) => Assert.Null(Fraud.Cli.Arguments.Options.ParseDuration(text));

    private static async Task<(int Exit, string Output, string Error)> RunAsync(string arguments, CancellationToken stopping = default)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await FraudCommand.RunAsync(arguments.Split(' '), output, error, stopping);
        return (exit, output.ToString(), error.ToString());
    }
}
