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
    private readonly ArrivalCurve? _curve;
    private long _next;

    /// <param name="options">Requests a second, of which 0 is always due, or phases; those that are late are still sent for the timeout after the end.</param>
    public Arrivals(LoadOptions options)
    {
        _curve = options.Phases is { } phases ? new ArrivalCurve(phases) : null;
        _rate = options.Rate;
        _duration = _curve?.Duration ?? options.Duration;
        _last = _duration + options.Timeout;
        _total = _curve?.Total ?? (_rate > 0 ? Math.Max(1, (long)(_rate * _duration.TotalSeconds)) : long.MaxValue);
    }

    /// <summary>Requests due until now, all of them when the duration is over.</summary>
    public long Due => _curve is not null ? _curve.CountAt(Elapsed)
        : _rate > 0 ? Math.Min(_total, (long)(Elapsed.TotalSeconds * _rate) + 1)
        : Taken;

    public TimeSpan Duration => _duration;

    private bool IsOpen => _curve is not null || _rate > 0;

    public long Taken => Math.Min(Interlocked.Read(ref _next), _total);

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>Waits for the next request's time; false when there is none left.</summary>
    /// <param name="due">When it was due, after the start. It is late when no connection was free.</param>
    public bool TryTake(out long number, out TimeSpan due, CancellationToken stopping)
    {
        number = 0;
        due = default;
        if (stopping.IsCancellationRequested || Elapsed > (IsOpen ? _last : _duration))
        {
            return false;
        }

        number = Interlocked.Increment(ref _next) - 1;
        if (number >= _total)
        {
            return false;
        }

        due = _curve?.DueAt(number) ?? (_rate > 0 ? TimeSpan.FromSeconds(number / _rate) : Elapsed);
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
