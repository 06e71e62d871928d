using System.Diagnostics;
using System.Text;

namespace Fraud.Faults.Processes;

/// <summary>Runs a program to its end, or ends it and all that it started.</summary>
public static class ProgramRun
{
    // Each takes seconds, and several of them side by side more; whatever takes longer hangs.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    /// <param name="folder">Where it runs; null: where this process does.</param>
    /// <param name="environment">What differs from this process's own; null for a variable that is not to be set.</param>
    /// <param name="input">What it reads, in UTF-8.</param>
    /// <exception cref="OperationCanceledException">It took longer than three minutes.</exception>
    public static async Task<ProgramResult> ToEnd(
        string program,
        IEnumerable<string> arguments,
        string? folder = null,
        IEnumerable<KeyValuePair<string, string?>>? environment = null,
        string input = "")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder ?? "",
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        foreach (var (variable, value) in environment ?? [])
        {
            start.Environment[variable] = value;
        }

        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            await Feed(process, input, deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return new ProgramResult(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task Feed(Process process, string input, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without having read all of it; its exit code and its errors say why.
        }
    }
}

/// <summary>How a program ended, and what it wrote to each of its outputs.</summary>
public readonly record struct ProgramResult(int Exit, string Output, string Errors);
