using Fraud.Cli;

namespace Fraud.Tests.Cli;

/// <summary>One command line, run inside the tests' process.</summary>
internal static class CommandLine
{
    public static async Task<(int Exit, string Output, string Error)> Run(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exit = await FraudCommand.RunAsync(arguments, output, error, CancellationToken.None);
        return (exit, output.ToString(), error.ToString());
    }
}
