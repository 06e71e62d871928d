using System.Globalization;
using System.Text.RegularExpressions;
using Fraud.Faults.Processes;

namespace Fraud.Faults.Cluster;

/// <summary>One <c>fraud serve</c> in a process of its own.</summary>
public sealed partial class NodeProcess : IAsyncDisposable
{
    private readonly OwnedProcess _process;

    private NodeProcess(string name, OwnedProcess process)
    {
        Name = name;
        _process = process;
    }

    /// <summary>As given; the owner that shows in the store starts with it.</summary>
    public string Name { get; }

    public bool IsAlive => !_process.HasEnded;

    /// <summary>A node that is stopped takes connections and never answers.</summary>
    public bool IsStopped { get; private set; }

    public int Id => _process.Id;

    /// <summary>Base address of the front door; null until it answers.</summary>
    public Uri? Url { get; private set; }

    public static NodeProcess Start(string name, string log, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        new(name, new OwnedProcess(
            log, Repository.Root, environment ?? new Dictionary<string, string>(),
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "fraud.dll"), "serve", .. arguments]));

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
    public string Log() => _process.ReadLog();

    public string Tail() => string.Join('\n', Log().Split('\n').TakeLast(15));

    public void Kill() => _process.Kill();

    public void Stop()
    {
        IsStopped = true;
        Signal("STOP");
    }

    public void Continue()
    {
        Signal("CONT");
        IsStopped = false;
    }

    /// <summary>Asks it to drain; returns its exit code.</summary>
    public async Task<int> Terminate(TimeSpan deadline)
    {
        Url = null;
        Signal("TERM");
        return await WaitForEnd(deadline);
    }

    /// <summary>Returns its exit code.</summary>
    public async Task<int> WaitForEnd(TimeSpan deadline)
    {
        try
        {
            await _process.WaitForEndAsync().WaitAsync(deadline);
        }
        catch (TimeoutException)
        {
            throw new FaultSuiteException(string.Create(CultureInfo.InvariantCulture, $"{Name} did not end within {deadline.TotalSeconds} s:\n{Tail()}"));
        }

        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Signal(string signal)
    {
        if (IsAlive)
        {
            _process.Signal(signal);
        }
    }

    [GeneratedRegex(@"^\s+service\s+(http://\S+)", RegexOptions.Multiline, 5_000)]
    private static partial Regex ServiceLine();
}
