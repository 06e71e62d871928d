using System.Diagnostics;

namespace Fraud.Tests.Support;

/// <summary>Runs a program to its end, or ends it and all that it started.</summary>
internal static class ProgramRun
{
    // Compilers and browsers take seconds; whatever takes longer hangs.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <param name="environment">What differs from this process's own; null for a variable that is not to be set.</param>
    /// <returns>What it wrote to each of its outputs.</returns>
    public static async Task<(int Exit, string Output, string Errors)> ToEnd(
        string folder, IEnumerable<KeyValuePair<string, string?>> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
