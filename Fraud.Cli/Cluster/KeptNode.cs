using System.Globalization;

namespace Fraud.Cli.Cluster;

/// <summary>
/// A node as a process of its own. One that the others removed while it was alive is started again at once, since only a new process may
/// come back (rule 25 of docs/decisions/0011); one that was killed or failed, a moment later. One that ended as asked, or whose settings
/// are wrong, has ended for good.
/// </summary>
/// <param name="say">Told each line that it prints, and what becomes of it; from any thread.</param>
internal sealed class KeptNode(
    string name, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, Action<string, string> say, TimeProvider time)
    : IDisposable
{
    /// <summary>What a node ends with that was removed.</summary>
    public const int Removed = 3;

    private const int WrongSettings = 2;

    // Long enough to watch the others take over, and to fail four times a minute at most.
    public static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _stop = new();

    private readonly Lock _gate = new();
    private ChildProcess _process = null!;
    private bool _stopping;

    public string Name => name;

    /// <summary>Of the process that runs now, or ran last.</summary>
    public int Id => _process.Id;

    /// <summary>Completes when it has ended for good.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public async Task Start()
    {
        _process = await StartProcess();
        Ended = Keep(_process);
    }

    /// <summary>Asks it to drain, and kills it when it has not ended in time. It is not started again.</summary>
    /// <returns>What is wrong about its end; null when nothing is, or when it had ended before.</returns>
    public async Task<string?> Stop(TimeSpan patience)
    {
        ChildProcess process;
        lock (_gate)
        {
            _stopping = true;
            process = _process;
        }

        await _stop.CancelAsync();

        if (process.Exited.IsCompleted)
        {
            return null;
        }

        var inTime = await process.Stop(ChildProcess.Terminate, patience, time);
        var code = await process.Exited;
        return !inTime ? $"did not end within {patience.TotalSeconds:0} s and was killed"
            : code != 0 ? $"ended with {Text(code)}"
            : null;
    }

    public void Dispose()
    {
        _process?.Dispose();
        _stop.Dispose();
    }

    private async Task Keep(ChildProcess process)
    {
        while (true)
        {
            var code = await process.Exited;
            lock (_gate)
            {
                if (_stopping)
                {
                    return;
                }
            }

            if (!await MayStartAgain(code))
            {
                return;
            }

            var next = await StartProcess();
            process.Dispose();
            bool isLate;
            lock (_gate)
            {
                _process = process = next;
                isLate = _stopping;
            }

            if (isLate)
            {
                next.Signal(ChildProcess.Terminate);
            }
        }
    }

    private async Task<bool> MayStartAgain(int code)
    {
        switch (code)
        {
            case Removed:
                say("cluster", $"{name} was removed by the others, and is started again");
                return true;
            case 0 or WrongSettings:
                say("cluster", $"{name} ended with {Text(code)}: the others take its shards over");
                return false;
        }

        say("cluster", $"{name} ended with {Text(code)}: the others take its shards over, and it is started again in {AgainAfter.TotalSeconds:0} s");
        try
        {
            await Task.Delay(AgainAfter, time, _stop.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private Task<ChildProcess> StartProcess() =>
        ChildProcess.Start(name, command, environment, null, ChildProcess.Terminate, line => say(name, line));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
