using Fraud.Model;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Telemetry;

/// <summary>
/// The last thousand payments scored, and totals since the start. One lock a batch; memory is a fixed 16 kB.
/// Thread-safe.
/// </summary>
public sealed class RecentPredictions(TimeProvider time)
{
    /// <summary>Payments that are remembered.</summary>
    // What the reference systems' sliding window holds. Ten samples lie beyond its p99.
    public const int Size = 1_000;

    private readonly Lock _lock = new();
    private readonly Sample[] _ring = new Sample[Size];
    private long _predictions;
    private long _frauds;
    private double _latencySumMs;

    /// <summary>Takes in what of a batch was scored.</summary>
    public void Add(ReadOnlySpan<Payment> payments)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            foreach (var payment in payments)
            {
                if (payment.State != PaymentState.Scored)
                {
                    continue;
                }

                var fraud = payment.Decision != Decision.Approve;
                var latencyMs = time.GetElapsedTime(payment.ArrivedTimestamp, now).TotalMilliseconds;
                _ring[(int)(_predictions++ % Size)] = new Sample(now, (float)latencyMs, fraud);
                _frauds += fraud ? 1 : 0;
                _latencySumMs += latencyMs;
            }
        }
    }

    public RecentStatistics Read()
    {
        Sample[] samples;
        long predictions, frauds;
        double sum;
        lock (_lock)
        {
            // Until it is full the ring is filled from its start.
            samples = _ring.AsSpan(0, (int)Math.Min(_predictions, Size)).ToArray();
            (predictions, frauds, sum) = (_predictions, _frauds, _latencySumMs);
        }

        if (samples.Length == 0)
        {
            return new RecentStatistics();
        }

        var latencies = Array.ConvertAll(samples, static sample => (double)sample.LatencyMs);
        Array.Sort(latencies);
        var oldest = samples.Min(static sample => sample.Timestamp);
        var span = time.GetElapsedTime(oldest);
        return new RecentStatistics
        {
            Samples = samples.Length,
            Span = span,
            AverageMs = latencies.Average(),
            MinMs = latencies[0],
            MaxMs = latencies[^1],
            P50Ms = At(latencies, 0.50),
            P95Ms = At(latencies, 0.95),
            P99Ms = At(latencies, 0.99),
            // A burst that has just come says nothing of a second: that is the shortest time looked at.
            PerSecond = samples.Length / Math.Max(1, span.TotalSeconds),
            FraudRate = (double)samples.Count(static sample => sample.Fraud) / samples.Length,
            Predictions = predictions,
            Frauds = frauds,
            LatencySumMs = sum,
        };
    }

    // The smallest value that so large a share of all is not above.
    private static double At(double[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];

    private readonly record struct Sample(long Timestamp, float LatencyMs, bool Fraud);
}

/// <summary>What the window holds at a moment: latencies in milliseconds from arrival to the stored result, zero while it is empty.</summary>
public readonly record struct RecentStatistics
{
    public int Samples { get; init; }

    /// <summary>Since the oldest of them.</summary>
    public TimeSpan Span { get; init; }

    public double AverageMs { get; init; }

    public double MinMs { get; init; }

    public double MaxMs { get; init; }

    public double P50Ms { get; init; }

    public double P95Ms { get; init; }

    public double P99Ms { get; init; }

    public double PerSecond { get; init; }

    /// <summary>Share of the window that was flagged for review or blocked.</summary>
    public double FraudRate { get; init; }

    /// <summary>Since the start.</summary>
    public long Predictions { get; init; }

    /// <summary>Since the start.</summary>
    public long Frauds { get; init; }

    /// <summary>Since the start.</summary>
    public double LatencySumMs { get; init; }
}
