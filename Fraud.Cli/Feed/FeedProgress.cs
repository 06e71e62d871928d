using System.Globalization;
using Spectre.Console;

namespace Fraud.Cli.Feed;

/// <summary>Shows how far a feed is: a bar on a terminal, a line now and then elsewhere.</summary>
internal static class FeedProgress
{
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    public static async Task<FeedReport> ShowAsync(
        Func<Task<FeedReport>> run, Func<FeedTotals> totals, long? expected, TextWriter lines, TimeProvider time)
    {
        // On its own thread: a source that never waits would keep this one.
        var running = Task.Run(run);
        if (ReferenceEquals(lines, Console.Error) && !Console.IsErrorRedirected)
        {
            await ShowBarAsync(running, totals, expected, time);
        }
        else
        {
            await ShowLinesAsync(running, totals, lines, time);
        }

        return await running;
    }

    private static async Task ShowBarAsync(Task running, Func<FeedTotals> totals, long? expected, TimeProvider time)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask("payments", maxValue: expected ?? 1);
                bar.IsIndeterminate = expected is null;
                while (!await EndedAsync(running, BarInterval, time))
                {
                    var now = totals();
                    bar.Description = string.Create(CultureInfo.InvariantCulture, $"{now.Sent:N0} payments");
                    bar.Value = expected is null ? 0 : now.Accepted;
                }
            });
    }

    private static async Task ShowLinesAsync(Task running, Func<FeedTotals> totals, TextWriter lines, TimeProvider time)
    {
        while (!await EndedAsync(running, LineInterval, time))
        {
            var now = totals();
            await lines.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"{now.Sent:N0} payments sent, {now.Accepted:N0} accepted, {now.Labels:N0} labels"));
        }
    }

    private static async Task<bool> EndedAsync(Task running, TimeSpan interval, TimeProvider time)
    {
        using var ended = new CancellationTokenSource();
        var pause = Task.Delay(interval, time, ended.Token);
        var first = await Task.WhenAny(running, pause);
        await ended.CancelAsync();
        return first == running;
    }
}
