using System.CommandLine;
using Fraud.Benchmarks.Load;
using Fraud.Cli.Arguments;

namespace Fraud.Cli.Load;

/// <summary><c>fraud load</c>: requests at fixed times, and what became of each.</summary>
/// <remarks>Exit code 1 when a scenario broke a threshold, or a load of one's own one that was given.</remarks>
public static class LoadCommand
{
    private const string All = "all";

    public static Command Create()
    {
        var defaults = new LoadOptions { Address = new Uri("http://127.0.0.1:8000/predict") };
        var scenario = new Argument<string?>("SCENARIO")
        {
            Description = "a load test of the references: " + string.Join(", ", LoadScenario.All.Select(static one => one.Name)) + ", or all; none: as the options say",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var url = Options.Address("--url", "endpoint that takes POST, http only; of a scenario the service", defaults.Address.ToString());
        var rate = Options.Number("--rate", "requests a second, 0 for as fast as they are answered", defaults.Rate, 0, 10_000_000);
        var duration = Options.Duration("--duration", "how long, such as 30s or 5m", defaults.Duration);
        var warmup = Options.Duration("--warmup", "how long to send at the rate before anything counts", defaults.Warmup);
        var connections = Options.Whole("--connections", "connections, one request at a time on each", defaults.Connections, 1, 4_096);
        var timeout = Options.Duration("--timeout", "longest wait for an answer", defaults.Timeout);
        var cards = Options.Whole("--cards", "cards that the payments are spread over", defaults.Cards, 1, 99_999_999);
        var body = new Option<FileInfo>("--body") { Description = "body of each request; {id} and {card} in it are replaced" };
        body.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<FileInfo>() is { Exists: false })
            {
                result.AddError("--body: expected a file that exists");
            }
        });
        var time = Options.Number("--time", "what a scenario lasts, as a share of what it lasts otherwise", 1, 0.01, 100);
        var thresholds = new ThresholdArguments();
        var quiet = Options.Flag("--quiet", "do not print how it stands meanwhile");
        var versions = Options.Flag("--versions", "say which model versions the answers name, and how often that changed");
        var markdown = Options.Flag("--markdown", "print the results of scenarios as a table");
        var json = Options.Json();

        var command = new Command("load", "Send requests at fixed times and report what became of them, with latencies.")
        {
            scenario, url, rate, duration, warmup, connections, timeout, cards, body, time, versions, quiet, markdown, json,
        };
        thresholds.AddTo(command);
        command.SetAction(async (arguments, stopping) =>
        {
            var options = new LoadOptions
            {
                Address = arguments.GetValue(url)!,
                Rate = arguments.GetValue(rate),
                Duration = arguments.GetValue(duration),
                Warmup = arguments.GetValue(warmup),
                Connections = (int)arguments.GetValue(connections),
                Timeout = arguments.GetValue(timeout),
                Cards = (int)arguments.GetValue(cards),
                ApiKey = ApiKey.Read(),
                CountVersions = arguments.GetValue(versions),
                Body = arguments.GetValue(body) is { } file ? await File.ReadAllBytesAsync(file.FullName, stopping) : null,
            };
            Check(options);
            var output = arguments.InvocationConfiguration.Output;
            if (arguments.GetValue(scenario) is not { } name)
            {
                var report = await LoadRun.RunAsync(options, TimeProvider.System, stopping);
                await output.WriteLineAsync(arguments.GetValue(json) ? report.ToJson() : report.ToString());
                return thresholds.Given(arguments)?.Broken(report) is { Count: > 0 } broken
                    ? throw new CommandException(string.Join("; ", broken))
                    : 0;
            }

            var run = new ScenarioRun(options, arguments.GetValue(time), one => thresholds.Over(one.Thresholds, arguments))
            {
                Progress = arguments.GetValue(quiet) ? null : arguments.InvocationConfiguration.Error,
            };
            var results = await run.RunAsync(Chosen(name), stopping);
            await output.WriteLineAsync(
                arguments.GetValue(json) ? LoadResult.ToJson(results)
                : arguments.GetValue(markdown) ? LoadResult.ToMarkdown(results)
                : string.Join("\n\n", results));
            return results.All(static result => result.Passed) ? 0 : 1;
        });
        return command;
    }

    private static IReadOnlyList<LoadScenario> Chosen(string name)
    {
        LoadScenario[] chosen = name == All ? [.. LoadScenario.All] : [.. LoadScenario.All.Where(one => one.Name == name)];
        return chosen.Length > 0
            ? chosen
            : throw new UsageException($"SCENARIO: expected {string.Join(", ", LoadScenario.All.Select(static known => known.Name))} or {All}");
    }

    private static void Check(LoadOptions options)
    {
        if (options.Address.Scheme != Uri.UriSchemeHttp)
        {
            throw new UsageException("--url: expected an address that starts with http://");
        }

        if (options.Duration == TimeSpan.Zero || options.Timeout == TimeSpan.Zero)
        {
            throw new UsageException("--duration, --timeout: expected more than 0");
        }
    }
}
