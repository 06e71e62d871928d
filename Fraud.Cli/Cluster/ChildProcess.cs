using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Fraud.Cli.Cluster;

/// <summary>
/// A program that this one started and that ends with it: each line that it prints is handed on, and it is signalled
/// by its own id only.
/// </summary>
internal sealed partial class ChildProcess : IDisposable
{
    /// <summary>Asks a service to drain and stop.</summary>
    public const int Terminate = 15;

    /// <summary>PostgreSQL's fast shutdown: sessions are ended, nothing is lost.</summary>
    public const int Interrupt = 2;

    // A child is told when the thread that started it ends, so that one thread starts all of them and stays.
    private static readonly BlockingCollection<Action> Starts = StartThread();

    private readonly Process _process;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(string name, Process process) => (Name, _process) = (name, process);

    public string Name { get; }

    public int Id => _process.Id;

    /// <summary>Completes with the exit code when it ended.</summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>Starts a program in a session of its own, so that Ctrl-C reaches this process alone.</summary>
    /// <param name="user">Who it runs as; null: as this process.</param>
    /// <param name="deathSignal">Sent to it when this process dies without having stopped it.</param>
    /// <param name="line">Told each line, from any thread.</param>
    public static Task<ChildProcess> Start(
        string name,
        IEnumerable<string> command,
        IReadOnlyDictionary<string, string> environment,
        string? user,
        int deathSignal,
        Action<string> line)
    {
        // Both only set something and then become the program: its id is the one that was started.
        string[] identity = user is null ? [] : ["--reuid", user, "--regid", user, "--init-groups"];
        var start = new ProcessStartInfo(
            "setsid", ["setpriv", "--pdeathsig", deathSignal == Interrupt ? "INT" : "TERM", .. identity, "--", .. command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        var started = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                var child = new ChildProcess(name, Process.Start(start)!);
                child.Watch(line);
                started.SetResult(child);
            }
            catch (Exception error)
            {
                started.SetException(error);
            }
        });
        return started.Task;
    }

    /// <summary>Sends a signal unless it has ended.</summary>
    public void Signal(int signal)
    {
        // An id is not given to another process before its parent, this one, has heard of the end.
        if (!_exited.Task.IsCompleted)
        {
            _ = Kill(Id, signal);
        }
    }

    /// <summary>Signals it, and kills it when it has not ended in time.</summary>
    /// <returns>Whether it ended by itself.</returns>
    public async Task<bool> Stop(int signal, TimeSpan patience, TimeProvider time)
    {
        Signal(signal);
        try
        {
            await _exited.Task.WaitAsync(patience, time);
            return true;
        }
        catch (TimeoutException)
        {
            _process.Kill();
            await _exited.Task;
            return false;
        }
    }

    public void Dispose() => _process.Dispose();

    private void Watch(Action<string> line)
    {
        _process.StandardInput.Close();
        var output = Read(_process.StandardOutput, line);
        var error = Read(_process.StandardError, line);
        _ = Task.Run(async () =>
        {
            await _process.WaitForExitAsync();
            // What it said last comes before the news of its end.
            await Task.WhenAll(output, error);
            _exited.SetResult(_process.ExitCode);
        });
    }

    private static async Task Read(StreamReader reader, Action<string> line)
    {
        while (await reader.ReadLineAsync() is { } text)
        {
            line(text);
        }
    }

    private static BlockingCollection<Action> StartThread()
    {
        var starts = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable())
            {
                start();
            }
        })
        {
            IsBackground = true,
            Name = "children",
        }.Start();
        return starts;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Kill(int process, int signal);
}
