using HdrHistogram;

namespace Fraud.Benchmarks.Load;

/// <summary>Times in histograms of microseconds, at most 1 % off. Not thread-safe: one for each thread, added up at the end.</summary>
public static class Latencies
{
    // Longer than any run. Two digits make 34 kB for each of a connection's four histograms; three make 250.
    private static readonly long Longest = (long)TimeSpan.FromDays(1).TotalMicroseconds;

    public static HistogramBase NewHistogram() => new LongHistogram(Longest, numberOfSignificantValueDigits: 2);

    public static void Record(this HistogramBase histogram, TimeSpan latency) =>
        histogram.RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 0, Longest));

    /// <summary>The time within which this share of the records lies; zero without records.</summary>
    /// <param name="share">0 to 1.</param>
    public static TimeSpan Quantile(this HistogramBase histogram, double share) =>
        histogram.TotalCount == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(histogram.GetValueAtPercentile(share * 100));

    /// <summary>Zero without records.</summary>
    public static TimeSpan Mean(this HistogramBase histogram) =>
        histogram.TotalCount == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(histogram.GetMean());
}
