using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Fraud.Faults.Cluster;

/// <summary>One <c>fraud serve</c> in a process of its own.</summary>
public sealed partial class NodeProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _log;

    private NodeProcess(string name, Process process, string log)
    {
        Name = name;
        _process = process;
        _log = log;
    }

    /// <summary>As given; the owner that shows in the store starts with it.</summary>
    public string Name { get; }

    public bool IsAlive => !_process.HasExited;

    /// <summary>A node that is stopped takes connections and never answers.</summary>
    public bool IsStopped { get; private set; }

    public int Id => _process.Id;

    /// <summary>Base address of the front door; null until it answers.</summary>
    public Uri? Url { get; private set; }

    public static NodeProcess Start(string name, string log, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        // The shell is replaced by the node, so the process id and its signals are the node's.
        var start = new ProcessStartInfo(
            "/bin/sh",
            ["-c", "exec \"$@\" > \"$0\" 2>&1", log, "dotnet", Path.Combine(AppContext.BaseDirectory, "fraud.dll"), "serve", .. arguments])
        {
            WorkingDirectory = Repository.Root,
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        return new NodeProcess(name, Process.Start(start)!, log);
    }

    public async Task WaitUntilUp(CancellationToken cancellation)
    {
        while (Url is null)
        {
            if (!IsAlive)
            {
                throw new FaultSuiteException($"{Name} ended with {_process.ExitCode} before it was up:\n{Tail()}");
            }

            if (ServiceLine().Match(Log()) is { Success: true } line)
            {
                Url = new Uri(line.Groups[1].Value);
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }

    /// <summary>Everything it wrote so far.</summary>
    public string Log()
    {
        if (!File.Exists(_log))
        {
            return "";
        }

        using var stream = new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public string Tail() => string.Join('\n', Log().Split('\n').TakeLast(15));

    public void Kill()
    {
        Signal(9);
        _process.WaitForExit();
    }

    public void Stop()
    {
        IsStopped = true;
        Signal(19);
    }

    public void Continue()
    {
        Signal(18);
        IsStopped = false;
    }

    /// <summary>Asks it to drain; returns its exit code.</summary>
    public async Task<int> Terminate(TimeSpan deadline)
    {
        Url = null;
        Signal(15);
        try
        {
            await _process.WaitForExitAsync().WaitAsync(deadline);
        }
        catch (TimeoutException)
        {
            throw new FaultSuiteException(string.Create(CultureInfo.InvariantCulture, $"{Name} did not end within {deadline.TotalSeconds} s of SIGTERM:\n{Tail()}"));
        }

        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        if (IsAlive)
        {
            Kill();
        }

        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Signal(int signal)
    {
        if (IsAlive && SendSignal(_process.Id, signal) != 0 && IsAlive)
        {
            throw new FaultSuiteException($"signal {signal} did not reach {Name}: error {Marshal.GetLastPInvokeError()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    [GeneratedRegex(@"^\s+service\s+(http://\S+)", RegexOptions.Multiline, 5_000)]
    private static partial Regex ServiceLine();
}
