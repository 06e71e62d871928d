using System.Diagnostics;
using System.Globalization;

namespace Fraud.Tests.Support;

/// <summary>
/// A program that the tests started, its output in a file. It dies with them, however they end: a shell kills it once
/// the pipe from here closes.
/// </summary>
public sealed class OwnedProcess : IDisposable
{
    private const string Guard = """
        "$@" >>"$0" 2>&1 </dev/null & echo $!
        cat >/dev/null
        kill -9 $! 2>/dev/null
        wait
        """;

    private readonly Process _guard;

    /// <param name="log">File that its output is added to.</param>
    public OwnedProcess(string log, string folder, string program, params IEnumerable<string> arguments)
    {
        // There from the start, so that it can be read before the program has written.
        File.AppendAllText(log, "");
        var start = new ProcessStartInfo("/bin/sh", ["-c", Guard, log, program, .. arguments])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _guard = Process.Start(start)!;
        Id = int.Parse(_guard.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        Log = log;
    }

    public int Id { get; }

    public string Log { get; }

    /// <summary>Whether it ended by itself or by a signal.</summary>
    public bool HasEnded => !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{Id}")) || IsZombie();

    /// <summary>kill -9: the kernel ends it at once, and this waits until it is gone.</summary>
    public void Kill()
    {
        if (!_guard.HasExited)
        {
            _guard.StandardInput.Close();
            _guard.WaitForExit();
        }
    }

    /// <param name="signal">TERM, STOP, CONT, KILL.</param>
    public void Signal(string signal)
    {
        using var kill = Process.Start("/bin/kill", ["-s", signal, Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        if (kill.ExitCode != 0)
        {
            throw new InvalidOperationException($"Process {Id} could not be sent {signal}; see {Log}.");
        }
    }

    public void Dispose()
    {
        Kill();
        _guard.Dispose();
    }

    private bool IsZombie()
    {
        try
        {
            var state = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{Id}/stat"));
            return state[(state.LastIndexOf(')') + 2)..].StartsWith('Z');
        }
        catch (IOException)
        {
            // Gone between the two looks.
            return true;
        }
    }
}
