using System.Diagnostics;
using Fraud.Benchmarks.Load;
using HdrHistogram;

namespace Fraud.Faults.Fuzz;

/// <summary>What the good client saw in one part of a run. Times in microseconds, from when each payment was due.</summary>
/// <param name="Gross">As the client waited.</param>
/// <param name="Net">Without the time in which the machine itself stood still.</param>
/// <param name="Pauses">How often it stood still for more than 3 ms.</param>
/// <param name="LongestPause">In milliseconds.</param>
internal sealed record GoodClientLog(List<long> Gross, List<long> Net, int Pauses, double LongestPause)
{
    public static GoodClientLog Empty => new([], [], 0, 0);

    public GoodClientLog And(GoodClientLog other) =>
        new([.. Gross, .. other.Gross], [.. Net, .. other.Net], Pauses + other.Pauses, Math.Max(LongestPause, other.LongestPause));

    public static HistogramBase Histogram(List<long> microseconds)
    {
        var histogram = Latencies.NewHistogram();
        microseconds.ForEach(one => histogram.Record(TimeSpan.FromMicroseconds(one)));
        return histogram;
    }

    /// <param name="payments">When each was due and answered, in timestamps.</param>
    public static GoodClientLog Of(IReadOnlyCollection<(long Due, long Answered)> payments, Standstills standstills)
    {
        if (payments.Count == 0)
        {
            return Empty;
        }

        var pauses = standstills.Within(payments.Min(static payment => payment.Due), payments.Max(static payment => payment.Answered));
        return new GoodClientLog(
            [.. payments.Select(static payment => Microseconds(payment.Answered - payment.Due))],
            [.. payments.Select(payment => Microseconds(payment.Answered - payment.Due - Stood(payment.Due, payment.Answered, pauses)))],
            pauses.Count,
            pauses.Select(static pause => Stopwatch.GetElapsedTime(pause.From, pause.To).TotalMilliseconds).DefaultIfEmpty().Max());
    }

    // Pauses of two processors may lie over one another: their union counts.
    private static long Stood(long from, long to, IReadOnlyList<(long From, long To)> pauses)
    {
        long stood = 0;
        var covered = from;
        foreach (var (start, end) in pauses.Where(pause => pause.From < to && pause.To > from).OrderBy(static pause => pause.From))
        {
            stood += Math.Max(0, Math.Min(end, to) - Math.Max(start, covered));
            covered = Math.Max(covered, Math.Min(end, to));
        }

        return stood;
    }

    private static long Microseconds(long timestamps) => timestamps * 1_000_000 / Stopwatch.Frequency;
}
