namespace Fraud.Http.Stats;

/// <summary>Processor and memory of this process. <see cref="Sample"/> is for one caller; reading is thread-safe.</summary>
internal sealed class ResourceUsage(TimeProvider time)
{
    private const double Megabyte = 1 << 20;

    private long _at = time.GetTimestamp();
    private TimeSpan _used = Environment.CpuUsage.TotalTime;
    private double _cpuPercent;

    /// <summary>Between the last two samples; 100 is all processors.</summary>
    public double CpuPercent => Volatile.Read(ref _cpuPercent);

    public double MemoryMb => Environment.WorkingSet / Megabyte;

    /// <summary>Of what the machine, or the container's limit, leaves to the process.</summary>
    public double MemoryPercent =>
        100.0 * Environment.WorkingSet / Math.Max(1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    public void Sample()
    {
        var now = time.GetTimestamp();
        var used = Environment.CpuUsage.TotalTime;
        var elapsed = time.GetElapsedTime(_at, now);
        if (elapsed > TimeSpan.Zero)
        {
            Volatile.Write(ref _cpuPercent, Math.Clamp(100 * ((used - _used) / elapsed) / Environment.ProcessorCount, 0, 100));
            (_at, _used) = (now, used);
        }
    }
}
