namespace Fraud.Stream.Lifecycle;

/// <summary>
/// A stage's own named thread. A stage that throws does not log and carry on: it reports, and the
/// topology stops.
/// </summary>
public sealed class StageThread
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StageThread(string name) => Name = name;

    public string Name { get; }

    /// <summary>Completes when the thread ended; never faults, the fault went to the topology.</summary>
    public Task Ended => _ended.Task;

    /// <param name="run">The stage's loop; returns when its input ended.</param>
    /// <param name="failed">Called at most once, on the stage's thread.</param>
    public static StageThread Start(string name, Action run, Action<string, Exception> failed)
    {
        var stage = new StageThread(name);
        var thread = new Thread(() =>
        {
            try
            {
                run();
            }
            catch (Exception error)
            {
                failed(name, error);
            }
            finally
            {
                stage._ended.SetResult();
            }
        })
        {
            Name = name,
            IsBackground = true,
        };
        thread.Start();
        return stage;
    }
}
