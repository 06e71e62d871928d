using Akka.Dispatch;

namespace Fraud.Stream.Dispatch;

/// <summary>A fixed number of threads that sleep while there is nothing to run, first in, first out.</summary>
/// <remarks>
/// In place of Akka's dedicated thread pool, whose threads spin before they sleep. Those spins were more than half of the graph's processor
/// time above a bare loop (<c>fraud bench topology</c>), and what a thread of the model spins away is missing where the machine is busy.
/// Waking a thread costs some microseconds, once for a micro-batch.
/// </remarks>
internal sealed class SleepingThreads : ExecutorService
{
    // Mailboxes, each once while it has something: as many as the dispatcher has actors.
    private readonly Queue<IRunnable> _waiting = new();
    private readonly Action<Exception> _failed;
    private int _asleep;
    private bool _isShutDown;

    /// <param name="id">Name of the dispatcher, and of its threads.</param>
    /// <param name="failed">Told what a runnable threw; the thread goes on.</param>
    public SleepingThreads(string id, int threads, Action<Exception> failed)
        : base(id)
    {
        _failed = failed;
        for (var number = 1; number <= threads; number++)
        {
            new Thread(Run) { Name = $"{id}-{number}", IsBackground = true }.Start();
        }
    }

    public override void Execute(IRunnable run)
    {
        lock (_waiting)
        {
            if (_isShutDown)
            {
                return;
            }

            _waiting.Enqueue(run);
            if (_asleep > 0)
            {
                Monitor.Pulse(_waiting);
            }
        }
    }

    /// <summary>No more is taken; the threads end when what waits has run.</summary>
    public override void Shutdown()
    {
        lock (_waiting)
        {
            _isShutDown = true;
            Monitor.PulseAll(_waiting);
        }
    }

    private void Run()
    {
        while (Next() is { } run)
        {
            try
            {
                run.Run();
            }
            catch (Exception error)
            {
                _failed(error);
            }
        }
    }

    private IRunnable? Next()
    {
        lock (_waiting)
        {
            IRunnable? run;
            while (!_waiting.TryDequeue(out run) && !_isShutDown)
            {
                _asleep++;
                Monitor.Wait(_waiting);
                _asleep--;
            }

            return run;
        }
    }
}
