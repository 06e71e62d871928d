using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Fraud.Http.Training;

/// <summary>
/// <c>fraud train</c> or <c>fraud retrain</c> as a process of its own that stands back for the service. It ends with this one, even when this
/// one is killed: it watches its standard input.
/// </summary>
internal static class TrainerProcess
{
    // The result is a few hundred bytes; a failure's last lines say why.
    private const int MaxResult = 1 << 20;
    private const int KeptLines = 10;

    /// <param name="verb">"train" or "retrain".</param>
    /// <param name="environment">Added to this process's own: what must not be seen in the list of processes.</param>
    /// <param name="progress">Told the stage and how much of it is done, 0 to 1.</param>
    /// <returns>The exit code, what it printed, and the last lines of what it complained of.</returns>
    /// <exception cref="OperationCanceledException">It was killed, as asked.</exception>
    public static async Task<(int ExitCode, string Output, string Errors)> Run(
        TrainingSettings settings,
        string verb,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        Action<string, double> progress,
        CancellationToken cancellation)
    {
        var program = settings.Program.Length > 0 ? settings.Program : Path.Combine(AppContext.BaseDirectory, "fraud.dll");
        string[] command = program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? [Host(), program] : [program];
        var start = new ProcessStartInfo(
            "nice", ["-n", settings.Nice.ToString(CultureInfo.InvariantCulture), .. command, verb, "--supervised", "--json", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("The trainer was not started.");
        try
        {
            var errors = new Queue<string>();
            var output = ReadOutput(process.StandardOutput);
            var watching = ReadErrors(process.StandardError, errors, progress);
            await process.WaitForExitAsync(cancellation);
            await Task.WhenAll(output, watching);
            return (process.ExitCode, await output, string.Join(' ', errors));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>Why it ended without a result.</summary>
    public static string Reason(int exit, string errors) => errors.Length > 0 ? errors : $"The trainer ended with code {exit}.";

    private static async Task<string> ReadOutput(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line)
        {
            if (text.Length < MaxResult)
            {
                text.AppendLine(line);
            }
        }

        return text.ToString();
    }

    private static async Task ReadErrors(StreamReader reader, Queue<string> kept, Action<string, double> progress)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            if (TryReadProgress(line, out var stage, out var done))
            {
                progress(stage, done);
                continue;
            }

            kept.Enqueue(line);
            if (kept.Count > KeptLines)
            {
                kept.Dequeue();
            }
        }
    }

    private static bool TryReadProgress(string line, out string stage, out double done)
    {
        (stage, done) = ("", 0);
        if (!line.StartsWith('{'))
        {
            return false;
        }

        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("stage", out var name) && json.RootElement.TryGetProperty("done", out var share)
                && name.GetString() is { } text && share.TryGetDouble(out done))
            {
                stage = text;
                return true;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Some other line in braces: kept as it is.
            return false;
        }

        return false;
    }

    // The runtime that runs this program, where it was started through it.
    private static string Host() =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
}
