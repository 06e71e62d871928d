using System.Diagnostics;

namespace Fraud.Faults.Fuzz;

/// <summary>
/// The machine's own pauses: on each processor a thread that goes before every other sleeps for a millisecond at a
/// time. When it comes late, nothing ran there: a virtual machine's host had other work.
/// </summary>
internal sealed class Standstills : IDisposable
{
    private const int LeastMilliseconds = 3;

    private readonly Lock _lock = new();
    private readonly List<(long From, long To)> _pauses = [];
    private readonly Thread[] _threads;
    private volatile bool _isOver;
    private int _watching;

    public Standstills()
    {
        _threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(processor => new Thread(() => Watch(processor)) { IsBackground = true })];
        Array.ForEach(_threads, static thread => thread.Start());
    }

    /// <summary>False where the right to go first is missing: then nothing is known of the machine.</summary>
    public bool AreWatched => _watching == _threads.Length;

    /// <summary>Pauses of more than 3 ms that touch this span, in timestamps; a pause of one processor counts.</summary>
    public IReadOnlyList<(long From, long To)> Within(long from, long to)
    {
        lock (_lock)
        {
            return [.. _pauses.Where(pause => pause.From < to && pause.To > from)];
        }
    }

    public void Dispose()
    {
        _isOver = true;
        Array.ForEach(_threads, static thread => thread.Join());
    }

    private void Watch(int processor)
    {
        if (!Scheduling.TryOwn(processor))
        {
            return;
        }

        Interlocked.Increment(ref _watching);
        var least = Stopwatch.Frequency * LeastMilliseconds / 1_000;
        var before = Stopwatch.GetTimestamp();
        while (!_isOver)
        {
            Thread.Sleep(1);
            var now = Stopwatch.GetTimestamp();
            var due = before + (Stopwatch.Frequency / 1_000);
            if (now - due > least)
            {
                lock (_lock)
                {
                    _pauses.Add((due, now));
                }
            }

            before = now;
        }
    }
}
