namespace Fraud.Benchmarks.Measuring;

/// <summary>What one contestant did in one round.</summary>
/// <param name="Items">Payments, rows or answers.</param>
/// <param name="AllocatedBytes">Managed bytes allocated by the whole process meanwhile.</param>
/// <param name="Cpu">Processor time of the whole process meanwhile, all threads.</param>
public readonly record struct Sample(long Items, TimeSpan Elapsed, long AllocatedBytes, TimeSpan Cpu)
{
    /// <summary>Median time of an answer in milliseconds; NaN where nobody waited for one.</summary>
    public double P50Ms { get; init; } = double.NaN;

    /// <summary>99th percentile of the same.</summary>
    public double P99Ms { get; init; } = double.NaN;

    public double PerSecond => Items / Elapsed.TotalSeconds;

    public double NanosecondsPerItem => Elapsed.TotalNanoseconds / Items;

    public double CpuNanosecondsPerItem => Cpu.TotalNanoseconds / Items;

    public double BytesPerItem => (double)AllocatedBytes / Items;
}
