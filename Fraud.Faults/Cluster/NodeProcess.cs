using System.Globalization;
using System.Text.RegularExpressions;
using Fraud.Faults.Processes;

namespace Fraud.Faults.Cluster;

/// <summary>One <c>fraud serve</c> in a process of its own.</summary>
public sealed partial class NodeProcess : IAsyncDisposable
{
    /// <summary>What a node ends with that the others removed: it is to be started again (rule 25 of docs/decisions/0011).</summary>
    public const int Removed = 3;

    private readonly OwnedProcess _process;

    private NodeProcess(string name, OwnedProcess process)
    {
        Name = name;
        _process = process;
    }

    /// <summary>As given, and kept by the process that is started in its place.</summary>
    public string Name { get; }

    /// <summary>What the name of this process, and of no other, begins with where the store names an owner.</summary>
    public string OwnerPrefix => string.Create(CultureInfo.InvariantCulture, $"{Name}-{Id}-");

    public bool IsAlive => !_process.HasEnded;

    /// <summary>It was removed by the others, and has ended.</summary>
    public bool WasRemoved => _process.HasEnded && _process.ExitCode == Removed;

    /// <summary>It formed the cluster: Akka calls it the oldest while it lives, and its singletons run there.</summary>
    public bool HasFormed => Log().Contains("This node forms cluster", StringComparison.Ordinal);

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

    public void Stop() => Signal("STOP");

    public void Continue() => Signal("CONT");

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
