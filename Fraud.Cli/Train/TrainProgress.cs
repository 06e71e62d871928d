using System.Globalization;
using Spectre.Console;

namespace Fraud.Cli.Train;

/// <summary>How far a training is, on standard error: bars on a terminal, a plain line for each tenth elsewhere.</summary>
internal static class TrainProgress
{
    /// <param name="work">Tells its stages by name, and of each the share that is done.</param>
    /// <param name="lines">A JSON object a line for each percent instead, for a program that reads it.</param>
    public static T Show<T>(Func<Action<string, double>, T> work, bool lines = false) => Show(work, lines, Console.Error, !Console.IsErrorRedirected);

    /// <summary>As <see cref="Show{T}(Func{Action{string, double}, T}, bool)"/>, of one stage.</summary>
    public static T Show<T>(string task, Func<Action<double>, T> work, bool lines = false) => Show(
        update =>
        {
            update(task, 0);
            var result = work(done => update(task, done));
            update(task, 1);
            return result;
        },
        lines);

    internal static T Show<T>(Func<Action<string, double>, T> work, bool lines, TextWriter output, bool isTerminal) =>
        lines ? work(Steps(100, (stage, done) => output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $$"""{"stage":"{{stage}}","done":{{done}}}"""))))
        // Not what the library makes of a pipe: it colours that where it takes the environment for a build's.
        : !isTerminal ? work(Steps(10, (stage, done) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stage}: {done * 100:0} %"))))
        : WithBars(work);

    /// <summary>Tells of each stage and step once.</summary>
    private static Action<string, double> Steps(int count, Action<string, double> tell)
    {
        var (stage, step) = ("", -1);
        return (name, done) =>
        {
            var now = (int)Math.Floor(Math.Clamp(done, 0, 1) * count);
            if (name != stage || now > step)
            {
                (stage, step) = (name, now);
                tell(name, (double)now / count);
            }
        };
    }

    private static T WithBars<T>(Func<Action<string, double>, T> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(context =>
            {
                var bars = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
                var result = work((name, done) =>
                {
                    if (!bars.TryGetValue(name, out var bar))
                    {
                        bars[name] = bar = context.AddTask(name, maxValue: 1);
                    }

                    bar.Value = done;
                });
                foreach (var bar in bars.Values)
                {
                    bar.Value = 1;
                }

                return result;
            });
    }
}
