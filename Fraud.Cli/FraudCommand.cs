using System.CommandLine;
using Fraud.Cli.Arguments;
using Fraud.Cli.Backtest;
using Fraud.Cli.Bench;
using Fraud.Cli.Broker;
using Fraud.Cli.Cluster;
using Fraud.Cli.Config;
using Fraud.Cli.Doctor;
using Fraud.Cli.Drift;
using Fraud.Cli.Explain;
using Fraud.Cli.Keys;
using Fraud.Cli.Labels;
using Fraud.Cli.Load;
using Fraud.Cli.Models;
using Fraud.Cli.Quality;
using Fraud.Cli.Replay;
using Fraud.Cli.Retrain;
using Fraud.Cli.Serve;
using Fraud.Cli.Shadow;
using Fraud.Cli.Simulate;
using Fraud.Cli.Store;
using Fraud.Cli.Stripe;
using Fraud.Cli.Train;
using Fraud.Cli.Verify;

namespace Fraud.Cli;

/// <summary>The root command: runs a subcommand and turns mistakes and failures into one line and an exit code.</summary>
/// <remarks>
/// Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 a service that its cluster removed (rule 25 of docs/decisions/0011),
/// 130 interrupted before it was done.
/// </remarks>
public static class FraudCommand
{
    private const int Failed = 1;
    private const int WrongArguments = 2;
    private const int Interrupted = 130;

    private static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "print the stack of a failure",
        Recursive = true,
    };

    public static RootCommand Create() => new("Scores card payments for fraud, as they happen.")
    {
        Verbose,
        ServeCommand.Create(),
        ClusterCommand.Create(),
        ConfigCommand.Create(),
        DoctorCommand.Create(),
        BrokerCommand.Create(),
        KeysCommand.Create(),
        StoreCommand.Create(),
        LabelsCommand.Create(),
        ModelsCommand.Create(),
        SimulateCommand.Create(),
        StripeCommand.Create(),
        ReplayCommand.Create(),
        ShadowCommand.Create(),
        TrainCommand.Create(),
        EvaluateCommand.Create(),
        RetrainCommand.Create(),
        BacktestCommand.Create(),
        QualityCommand.Create(),
        SearchCommand.Create(),
        VerifyCommand.Create(),
        ExplainCommand.Create(),
        DriftCommand.Create(),
        LoadCommand.Create(),
        BenchCommand.Create(),
    };

    /// <summary>Runs one command line to its end and returns the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken stopping)
    {
        var parsed = Create().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            // A mistyped command is also a missing one; the mistyping is the news.
            var mistake = parsed.UnmatchedTokens.Count > 0 ? parsed.Errors[^1] : parsed.Errors[0];
            await error.WriteLineAsync($"fraud: {OneLine(mistake.Message)} (see fraud --help)");
            return WrongArguments;
        }

        try
        {
            // The default handler prints the stack and its own signal handling ends a drain after two seconds.
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = output,
                Error = error,
            };
            return await parsed.InvokeAsync(configuration, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (UsageException usage)
        {
            await error.WriteLineAsync($"fraud: {OneLine(usage.Message)} (see fraud --help)");
            return WrongArguments;
        }
        catch (Exception failure)
        {
            await error.WriteLineAsync(parsed.GetValue(Verbose) ? $"fraud: {failure}" : $"fraud: {OneLine(failure.Message)}");
            return Failed;
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
