using Fraud.Model;
using Fraud.Stream.Database;
using LinqToDB;

namespace Fraud.Stream.Drift;

/// <summary>
/// Stored decisions beside the labels that came for them. Positions follow the order of storing, so where a moment lies is found by
/// halving, and how many payments lie between two of them by subtraction: nothing reads all payments. Flagged payments have an index of
/// their own, and frauds the label journal.
/// </summary>
/// <inheritdoc cref="FraudDatabase" path="/remarks"/>
public sealed class QualityQueries(FraudDatabase database)
{
    // With as many, a share of one half is known to 2 %; accuracy hardly depends on it.
    private const int Samples = 2_000;

    // Newest changes of labels looked at: one payment in ten of the largest default window.
    private const int MaxLabels = 100_000;

    /// <summary>
    /// By model and version: the newest payments that were scored before a moment, how many were flagged, and what is
    /// known of frauds among them. A payment without a label counts as legitimate.
    /// </summary>
    /// <param name="scoredBeforeMs">Milliseconds since 1970 UTC.</param>
    /// <param name="most">Payments counted at most, of all versions together.</param>
    public IReadOnlyList<QualityCounts> Count(long scoredBeforeMs, int most)
    {
        var to = LastBefore(scoredBeforeMs);
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
        foreach (var row in Sample(positions))
        {
            counts[(row.Model, row.Version)] = Of(row) with { Payments = (long)Math.Round(row.Count * (double)(to - from) / samples) };
        }

        foreach (var row in Flagged(from, to))
        {
            counts[(row.Model, row.Version)] = Of(row) with { Flagged = row.Count };
        }

        foreach (var row in Frauds(from, to))
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
    private long LastBefore(long scoredBeforeMs)
    {
        var (low, high) = (0L, Head());
        while (low < high)
        {
            // The first payment at or after the middle: positions may have gaps.
            var middle = low + ((high - low + 1) / 2);
            if (AtOrAfter(middle) is { } found && found.Position <= high && found.ScoredAtMs < scoredBeforeMs)
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

    private long Head() => database.Ask(static db => db.GetTable<PaymentRow>().Max(static row => (long?)row.Position) ?? 0);

    private Scored? AtOrAfter(long position) => database.Ask(db => db.GetTable<PaymentRow>()
        .Where(row => row.Position >= position).OrderBy(static row => row.Position)
        .Select(static row => new Scored(row.Position, row.ScoredAtMs)).FirstOrDefault());

    private List<QualityRow> Sample(long[] positions) => database.Ask(db =>
        (from row in db.GetTable<PaymentRow>()
         where positions.Contains(row.Position)
         group row by new { row.Model, row.ModelVersion } into alike
         select new QualityRow(alike.Key.Model, alike.Key.ModelVersion, false, alike.LongCount())).ToList());

    private List<QualityRow> Flagged(long after, long upTo) => database.Ask(db =>
        (from row in db.GetTable<PaymentRow>()
         where row.Decision != Decision.Approve && row.Position > after && row.Position <= upTo
         group row by new { row.Model, row.ModelVersion } into alike
         select new QualityRow(alike.Key.Model, alike.Key.ModelVersion, true, alike.LongCount())).ToList());

    /// <summary>From the few labels to their payments.</summary>
    private List<QualityRow> Frauds(long after, long upTo) => database.Ask(db =>
    {
        var newest = db.GetTable<LabelChangeRow>().OrderByDescending(static change => change.Sequence).Take(MaxLabels);
        return (from id in newest.Select(static change => change.TransactionId).Distinct()
                join label in db.GetTable<LabelRow>() on id equals label.TransactionId
                join place in db.GetTable<PaymentPlace>() on id equals place.TransactionId
                join row in db.GetTable<PaymentRow>() on new { place.Position, place.EventTimeMs } equals new { row.Position, row.EventTimeMs }
                where label.IsFraud && place.Position > after && place.Position <= upTo
                group row by new { row.Model, row.ModelVersion, IsFlagged = row.Decision != Decision.Approve } into alike
                select new QualityRow(alike.Key.Model, alike.Key.ModelVersion, alike.Key.IsFlagged, alike.LongCount())).ToList();
    });

    private sealed record Scored(long Position, long ScoredAtMs);

    private sealed record QualityRow(string Model, string Version, bool IsFlagged, long Count);
}
