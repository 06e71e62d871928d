using System.Diagnostics;

namespace Fraud.Benchmarks.Measuring;

/// <summary>Clock, processor time and allocations from a start to a stop.</summary>
public readonly struct Meter
{
    private readonly long _started;
    private readonly long _allocated;
    private readonly TimeSpan _cpu;

    private Meter(long allocated, TimeSpan cpu, long started)
    {
        _allocated = allocated;
        _cpu = cpu;
        _started = started;
    }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>Starts the clock last, so that reading the others is not counted.</summary>
    public static Meter Start()
    {
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = CpuTime();
        return new Meter(allocated, cpu, Stopwatch.GetTimestamp());
    }

    public Sample Stop(long items)
    {
        var elapsed = Stopwatch.GetElapsedTime(_started);
        var cpu = CpuTime() - _cpu;
        return new Sample(items, elapsed, GC.GetTotalAllocatedBytes(precise: true) - _allocated, cpu);
    }

    private static TimeSpan CpuTime()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
