using Fraud.Stream.Drift;

namespace Fraud.Stream.Storage;

/// <summary>
/// Counts decisions and labels between two positions of the journal of payments. Positions follow the order of storing,
/// so where a moment lies is found by halving, and how many payments lie between two of them by subtraction: nothing
/// reads all payments. Flagged payments have an index of their own, and frauds the label journal.
/// </summary>
internal static class QualityWindow
{
    // With as many, a share of one half is known to 2 %; accuracy hardly depends on it.
    private const int Samples = 2_000;

    /// <summary>Newest changes of labels looked at: one payment in ten of the largest default window.</summary>
    public const int MaxLabels = 100_000;

    public static IReadOnlyList<QualityCounts> Count(IQualityReads reads, long scoredBeforeMs, int most)
    {
        var to = LastBefore(reads, scoredBeforeMs);
        if (to == 0)
        {
            return [];
        }

        var from = Math.Max(0, to - most);
        var samples = (int)Math.Min(Samples, to - from);
        var positions = new long[samples];
        for (var i = 0; i < samples; i++)
        {
            positions[i] = to - (long)((double)i * (to - from) / samples);
        }

        var counts = new Dictionary<(string Model, string Version), QualityCounts>();
        foreach (var row in reads.Sample(positions))
        {
            counts[(row.Model, row.Version)] = Of(row) with { Payments = (long)Math.Round(row.Count * (double)(to - from) / samples) };
        }

        foreach (var row in reads.Flagged(from, to))
        {
            counts[(row.Model, row.Version)] = Of(row) with { Flagged = row.Count };
        }

        foreach (var row in reads.Frauds(from, to, MaxLabels))
        {
            counts[(row.Model, row.Version)] = row.IsFlagged
                ? Of(row) with { FlaggedFrauds = row.Count }
                : Of(row) with { MissedFrauds = row.Count };
        }

        return [.. counts.Values.OrderBy(static one => one.Model, StringComparer.Ordinal).ThenBy(static one => one.Version, StringComparer.Ordinal)];

        QualityCounts Of(QualityRow row) =>
            counts.GetValueOrDefault((row.Model, row.Version)) ?? new QualityCounts(row.Model, row.Version, 0, 0, 0, 0);
    }

    /// <summary>The last position scored before a moment; 0 when there is none.</summary>
    private static long LastBefore(IQualityReads reads, long scoredBeforeMs)
    {
        var (low, high) = (0L, reads.Head());
        while (low < high)
        {
            // The first payment at or after the middle: positions may have gaps.
            var middle = low + ((high - low + 1) / 2);
            if (reads.AtOrAfter(middle) is { } found && found.Position <= high && found.ScoredAtMs < scoredBeforeMs)
            {
                low = found.Position;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }
}

/// <summary>What a store is asked for.</summary>
internal interface IQualityReads
{
    /// <summary>The last position; 0 when there is no payment.</summary>
    long Head();

    (long Position, long ScoredAtMs)? AtOrAfter(long position);

    /// <summary>Payments at these positions.</summary>
    IReadOnlyList<QualityRow> Sample(long[] positions);

    /// <summary>Flagged payments after one position, up to another.</summary>
    IReadOnlyList<QualityRow> Flagged(long from, long to);

    /// <summary>Known frauds among the payments there, by whether they were flagged.</summary>
    IReadOnlyList<QualityRow> Frauds(long from, long to, int most);
}

internal readonly record struct QualityRow(string Model, string Version, bool IsFlagged, long Count);
