using Spectre.Console;

namespace Fraud.Cli.Bench;

/// <summary>Shows what runs now: a spinner on a terminal, a line each elsewhere. On standard error, so that the report stays clean.</summary>
internal static class BenchProgress
{
    public static async Task<T> ShowAsync<T>(Func<Action<string>, Task<T>> run, TextWriter lines)
    {
        if (!ReferenceEquals(lines, Console.Error) || Console.IsErrorRedirected)
        {
            return await run(lines.WriteLine);
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Status().StartAsync("starting", context => run(step => context.Status(Markup.Escape(step))));
    }
}
