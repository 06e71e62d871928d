using System.Numerics;

namespace Fraud.Benchmarks.Load;

/// <summary>
/// Counts times in buckets that grow with the time: 64 to each power of two, so that a quantile is at most
/// 1.6 % too high. Not thread-safe: one for each thread, added up at the end.
/// </summary>
public sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private const int SubBuckets = 1 << SubBits;

    private TimeSpan _sum;

    // Up to 2^40 µs (12 days): more than any run.
    private readonly long[] _counts = new long[(40 - SubBits + 1) * SubBuckets];

    public long Count { get; private set; }

    public TimeSpan Max { get; private set; }

    /// <summary>Zero without records.</summary>
    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : _sum / Count;

    public void Record(TimeSpan latency)
    {
        var microseconds = Math.Clamp((long)latency.TotalMicroseconds, 0, (1L << 40) - 1);
        _counts[BucketOf(microseconds)]++;
        Count++;
        _sum += latency;
        Max = latency > Max ? latency : Max;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
        _sum += other._sum;
        Max = other.Max > Max ? other.Max : Max;
    }

    /// <summary>The time within which this share of the records lies; zero without records.</summary>
    /// <param name="share">0 to 1.</param>
    public TimeSpan Quantile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long below = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            below += _counts[i];
            if (below >= rank)
            {
                var upper = TimeSpan.FromMicroseconds(UpperEnd(i));
                return upper < Max ? upper : Max;
            }
        }

        return TimeSpan.Zero;
    }

    private static int BucketOf(long microseconds)
    {
        if (microseconds < SubBuckets)
        {
            return (int)microseconds;
        }

        var shift = BitOperations.Log2((ulong)microseconds) - SubBits;
        return ((shift + 1) << SubBits) + (int)(microseconds >> shift) - SubBuckets;
    }

    private static long UpperEnd(int bucket)
    {
        var shift = Math.Max(0, (bucket >> SubBits) - 1);
        var first = bucket < SubBuckets ? bucket : (long)((bucket & (SubBuckets - 1)) + SubBuckets) << shift;
        return first + (1L << shift) - 1;
    }
}
