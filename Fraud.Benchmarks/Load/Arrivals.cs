using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Fraud.Benchmarks.Load;

/// <summary>
/// The times at which requests are due: fixed before the first is sent, so that a slow answer delays none
/// and is not hidden by the requests that it would have held up. Thread-safe.
/// </summary>
internal sealed class Arrivals
{
    private readonly double _rate;
    private readonly long _total;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TimeSpan _duration;
    private readonly TimeSpan _last;
    private long _next;

    /// <param name="rate">Requests a second; 0 is always due.</param>
    /// <param name="grace">Time after the end in which late ones are still sent.</param>
    public Arrivals(double rate, TimeSpan duration, TimeSpan grace)
    {
        _rate = rate;
        _duration = duration;
        _last = duration + grace;
        _total = rate > 0 ? Math.Max(1, (long)(rate * duration.TotalSeconds)) : long.MaxValue;
    }

    /// <summary>Requests due until now, all of them when the duration is over.</summary>
    public long Due => _rate > 0 ? Math.Min(_total, (long)(Elapsed.TotalSeconds * _rate) + 1) : Taken;

    public long Taken => Math.Min(Interlocked.Read(ref _next), _total);

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>Waits for the next request's time; false when there is none left.</summary>
    /// <param name="due">When it was due, after the start. It is late when no connection was free.</param>
    public bool TryTake(out long number, out TimeSpan due, CancellationToken stopping)
    {
        number = 0;
        due = default;
        if (stopping.IsCancellationRequested || Elapsed > (_rate > 0 ? _last : _duration))
        {
            return false;
        }

        number = Interlocked.Increment(ref _next) - 1;
        if (number >= _total)
        {
            return false;
        }

        due = _rate > 0 ? TimeSpan.FromSeconds(number / _rate) : Elapsed;
        while (due - Elapsed is var ahead && ahead > TimeSpan.Zero)
        {
            if (stopping.IsCancellationRequested)
            {
                return false;
            }

            // In short steps, so that an interruption is seen.
            Wait(ahead < TimeSpan.FromMilliseconds(100) ? ahead : TimeSpan.FromMilliseconds(100));
        }

        return true;
    }

    // The runtime's waits round up to whole milliseconds, which would show in every latency.
    private static void Wait(TimeSpan time)
    {
        if (OperatingSystem.IsLinux())
        {
            var request = new Timespec { Seconds = 0, Nanoseconds = (nint)(time.Ticks * 100) };
            // A signal may end it early: the caller looks at the clock again.
            _ = NanoSleep(in request, 0);
        }
        else
        {
            Thread.Yield();
        }
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NanoSleep(in Timespec request, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
