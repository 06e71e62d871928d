using Fraud.Benchmarks.Load;
using Fraud.Cli.Arguments;

namespace Fraud.Cli.Load;

/// <summary>Runs scenarios one after the other against a service.</summary>
internal sealed class ScenarioRun(LoadOptions options, double time, Func<LoadScenario, LoadThresholds> thresholds)
{
    // The service stores and answers what is left of one before the next begins.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Where to say how it stands; null: nowhere.</summary>
    public TextWriter? Progress { get; init; }

    /// <exception cref="CommandException">Nobody answers there.</exception>
    public async Task<IReadOnlyList<LoadResult>> RunAsync(IReadOnlyList<LoadScenario> scenarios, CancellationToken stopping)
    {
        await Reach(stopping);
        var results = new List<LoadResult>();
        foreach (var scenario in scenarios)
        {
            if (results.Count > 0)
            {
                await Task.Delay(Pause, TimeProvider.System, stopping);
            }

            if (Progress is not null)
            {
                await Progress.WriteLineAsync($"{scenario.Name}: {scenario.Description}");
            }

            var report = await LoadRun.RunAsync(
                scenario.Options(options.Address, time, options.Timeout, options.Cards, options.ApiKey, options.Warmup),
                TimeProvider.System,
                stopping,
                Progress is null ? null : new LoadScreen(scenario.Name, Progress));
            stopping.ThrowIfCancellationRequested();
            results.Add(new LoadResult(scenario, report, thresholds(scenario).Broken(report)));
        }

        return results;
    }

    /// <summary>One line instead of a table of failures.</summary>
    private async Task Reach(CancellationToken stopping)
    {
        using var client = ApiKey.Client(options.Timeout);
        try
        {
            using var answer = await client.GetAsync(new Uri(options.Address, "/health"), stopping);
            if (!answer.IsSuccessStatusCode)
            {
                var status = (int)answer.StatusCode;
                throw new CommandException($"{options.Address}: {ApiKey.Remedy(status) ?? $"expected a service, and got status {status} for /health"}");
            }
        }
        catch (HttpRequestException error)
        {
            throw new CommandException($"{options.Address}: expected a service to answer ({error.Message}); --url names another", error);
        }
        catch (OperationCanceledException error) when (!stopping.IsCancellationRequested)
        {
            throw new CommandException($"{options.Address}: expected an answer within {options.Timeout.TotalSeconds:0} s; --url names another", error);
        }
    }
}
