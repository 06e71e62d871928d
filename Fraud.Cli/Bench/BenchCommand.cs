using System.CommandLine;
using Fraud.Benchmarks;
using Fraud.Benchmarks.Reporting;
using Fraud.Cli.Arguments;
using Spectre.Console;

namespace Fraud.Cli.Bench;

/// <summary><c>fraud bench</c>: parts of the system beside their baselines, in one process and in turn.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var defaults = new BenchmarkOptions();
        var name = new Argument<string>("BENCHMARK")
        {
            Description = string.Join(", ", BenchmarkSuite.Names),
            DefaultValueFactory = static _ => BenchmarkSuite.AllName,
        };
        name.Validators.Add(static result =>
        {
            if (!BenchmarkSuite.Names.Contains(result.GetValueOrDefault<string>(), StringComparer.Ordinal))
            {
                result.AddError($"BENCHMARK: expected {string.Join(" or ", BenchmarkSuite.Names)}");
            }
        });
        var duration = Options.Duration("--duration", "time of a round, such as 3s; a bare number is seconds", defaults.Duration);
        var rounds = Options.Whole("--rounds", "rounds that count, after one that warms up", defaults.Rounds, 1, 1_000);
        var model = new Option<string>("--model") { Description = "folder of a model with its versions", DefaultValueFactory = _ => defaults.Model };
        var postgres = new Option<string>("--postgres")
        {
            Description = "connection string for the store benchmark, which makes and drops schemas of its own; default: FRAUD_POSTGRES",
        };
        var json = Options.Json();
        var markdown = Options.Flag("--markdown", "print the table of docs/benchmarks.md");
        var command = new Command("bench", "Measure parts of the system beside their baselines.")
        {
            name, duration, rounds, model, postgres, json, markdown,
        };
        command.SetAction(async (arguments, stopping) =>
        {
            var options = new BenchmarkOptions
            {
                Duration = arguments.GetValue(duration),
                Rounds = (int)arguments.GetValue(rounds),
                Model = arguments.GetValue(model)!,
                Postgres = arguments.GetValue(postgres) ?? Environment.GetEnvironmentVariable("FRAUD_POSTGRES"),
            };
            if (options.Duration == TimeSpan.Zero)
            {
                throw new UsageException("--duration: expected more than 0");
            }

            var console = arguments.InvocationConfiguration;
            var report = await BenchProgress.ShowAsync(
                tell => BenchmarkSuite.RunAsync(arguments.GetValue(name)!, options, tell, stopping), console.Error);
            if (arguments.GetValue(json))
            {
                await console.Output.WriteLineAsync(report.ToJson());
            }
            else if (arguments.GetValue(markdown))
            {
                await console.Output.WriteAsync(report.ToMarkdown());
            }
            else
            {
                Print(report, console.Output);
            }

            return 0;
        });
        return command;
    }

    private static void Print(BenchmarkReport report, TextWriter output)
    {
        var isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        if (!isTerminal)
        {
            // A file has no width to break lines at.
            console.Profile.Width = 200;
        }

        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(report.Title));
        foreach (var column in BenchmarkReport.Columns)
        {
            table.AddColumn(column);
        }

        foreach (var row in report.Rows())
        {
            table.AddRow([.. row.Select(static cell => cell switch
            {
                "yes" => "[green]yes[/]",
                "no" => "[red]no[/]",
                _ => Markup.Escape(cell),
            })]);
        }

        console.Write(table);
        foreach (var result in report.Results)
        {
            console.WriteLine($"{result.Name}: {result.Ours} against {result.Baseline}. {string.Join(". ", result.Notes)}.");
        }
    }
}
