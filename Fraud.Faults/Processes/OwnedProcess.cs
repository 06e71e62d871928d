using System.Diagnostics;
using System.Globalization;

namespace Fraud.Faults.Processes;

/// <summary>
/// A program that runs beside this process, its output in a file. It dies with this process, however that ends: a shell
/// kills it once the pipe from here closes.
/// </summary>
public sealed class OwnedProcess : IDisposable
{
    // The shell ends with the program, and with its exit code. What waits for the pipe is ended before the program's id
    // may be another's.
    private const string Guard = """
        exec 3<&0
        "$@" >>"$0" 2>&1 </dev/null 3<&- &
        program=$!
        echo $program
        { cat <&3; kill -9 $program; } >/dev/null 2>&1 &
        watch=$!
        wait $program 2>/dev/null
        code=$?
        kill -9 $watch 2>/dev/null
        exit $code
        """;

    private readonly Process _guard;
    private volatile bool _isAsked;

    /// <param name="log">File that its output is added to.</param>
    public OwnedProcess(string log, string folder, string program, params IEnumerable<string> arguments)
        : this(log, folder, new Dictionary<string, string>(), program, arguments)
    {
    }

    /// <param name="log">File that its output is added to.</param>
    /// <param name="environment">What it has beside this process's own.</param>
    public OwnedProcess(
        string log, string folder, IReadOnlyDictionary<string, string> environment, string program, params IEnumerable<string> arguments)
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
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        _guard = Process.Start(start)!;
        Id = int.Parse(_guard.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        Log = log;
    }

    public int Id { get; }

    /// <summary>The file with what it wrote.</summary>
    public string Log { get; }

    /// <summary>Whether it ended by itself or by a signal.</summary>
    public bool HasEnded => _guard.HasExited;

    /// <summary>128 and the signal's number where one ended it.</summary>
    public int ExitCode => _guard.ExitCode;

    /// <summary>How it ended although it was not asked to, or null: "exit code 3", "SIGSEGV (exit code 139)".</summary>
    public string? UnaskedEnd => _isAsked || !HasEnded ? null : Describe(ExitCode);

    public Task WaitForEndAsync(CancellationToken cancellation = default) => _guard.WaitForExitAsync(cancellation);

    /// <summary>Everything it wrote so far.</summary>
    public string ReadLog()
    {
        using var stream = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>kill -9: the kernel ends it at once, and this waits until it is gone.</summary>
    public void Kill()
    {
        if (!_guard.HasExited)
        {
            _isAsked = true;
            _guard.StandardInput.Close();
            _guard.WaitForExit();
        }
    }

    /// <summary>Sends it a signal, unless it has ended.</summary>
    /// <param name="signal">TERM, STOP, CONT, KILL.</param>
    public void Signal(string signal)
    {
        _isAsked |= !HasEnded && signal is not ("STOP" or "CONT");
        using var kill = Process.Start("/bin/kill", ["-s", signal, Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        if (kill.ExitCode != 0 && !HasEnded)
        {
            throw new InvalidOperationException($"Process {Id} could not be sent {signal}; see {Log}.");
        }
    }

    public void Dispose()
    {
        Kill();
        _guard.Dispose();
    }

    private static string Describe(int code)
    {
        var signal = (code - 128) switch
        {
            4 => "SIGILL",
            6 => "SIGABRT",
            7 => "SIGBUS",
            8 => "SIGFPE",
            9 => "SIGKILL",
            11 => "SIGSEGV",
            15 => "SIGTERM",
            _ => null,
        };
        var text = string.Create(CultureInfo.InvariantCulture, $"exit code {code}");
        return signal is null ? text : $"{signal} ({text})";
    }
}
