using Fraud.Stream.Database;
using LinqToDB;
using LinqToDB.DataProvider.PostgreSQL;

namespace Fraud.Stream.Shadow;

/// <summary>What models that are compared said, of all nodes.</summary>
/// <inheritdoc cref="FraudDatabase" path="/remarks"/>
public sealed class ShadowQueries(FraudDatabase database)
{
    /// <summary>Stores comparisons in one transaction; of a payment and a model the first one counts. Then removes some of what is too old or too much.</summary>
    public void Add(ReadOnlySpan<ShadowScore> scores, ShadowRetention retention)
    {
        // In order of their keys: nodes that store the same payments must not wait for each other in a circle.
        var rows = scores.ToArray();
        Array.Sort(rows, Compare);
        database.Write(db =>
        {
            db.HandBound.Shadows.Write(rows);
            return Forget(db, rows.Length, retention);
        });
    }

    /// <summary>Counts what is stored from a moment on.</summary>
    /// <param name="sinceMs">Milliseconds since 1970 UTC.</param>
    /// <param name="settledMs">A payment that was scored before this moment and has no label counts as legitimate; 0: none does.</param>
    public ShadowCounts Count(long sinceMs, long settledMs) => database.Ask(db =>
    {
        var shadows = db.GetTable<ShadowRow>().Where(row => row.ScoredAtMs >= sinceMs);
        return new ShadowCounts(
            Decisions(db, shadows, settledMs),
            [
                .. Bins(shadows.Select(static row => new Scored(row.Model, row.Version, row.BaseModel, row.BaseVersion, row.Score)), isBase: false),
                .. Bins(shadows.Select(static row => new Scored(row.Model, row.Version, row.BaseModel, row.BaseVersion, row.BaseScore)), isBase: true),
            ]);
    });

    private static List<PairedDecisions> Decisions(FraudDb db, IQueryable<ShadowRow> shadows, long settledMs) =>
        (from row in shadows
         join known in db.GetTable<LabelRow>() on row.TransactionId equals known.TransactionId into labels
         from label in labels.DefaultIfEmpty()
         group row by new
         {
             row.Model,
             row.Version,
             row.BaseModel,
             row.BaseVersion,
             row.Decision,
             row.BaseDecision,
             IsFraud = (bool?)label.IsFraud ?? (row.ScoredAtMs < settledMs ? false : null),
             row.IsDecider,
         }
         into alike
         select new PairedDecisions(
             new ModelPair(alike.Key.Model, alike.Key.Version, alike.Key.BaseModel, alike.Key.BaseVersion),
             alike.Key.Decision, alike.Key.BaseDecision, alike.Key.IsFraud, alike.Key.IsDecider, alike.LongCount())).ToList();

    private static List<ScoreBin> Bins(IQueryable<Scored> scores, bool isBase) =>
        (from scored in scores
         group scored by new
         {
             scored.Model,
             scored.Version,
             scored.BaseModel,
             scored.BaseVersion,
             Bin = Math.Min((int)Math.Floor((double)scored.Score * ShadowCounts.Bins), ShadowCounts.Bins - 1),
         }
         into alike
         orderby alike.Key.Model, alike.Key.Version, alike.Key.BaseModel, alike.Key.BaseVersion, alike.Key.Bin
         select new ScoreBin(
             new ModelPair(alike.Key.Model, alike.Key.Version, alike.Key.BaseModel, alike.Key.BaseVersion), isBase, alike.Key.Bin, alike.LongCount()))
        .ToList();

    /// <summary>Looks at twice as many as came, so that it catches up with a limit that was lowered. Nodes pass over each other's.</summary>
    private static int Forget(FraudDb db, int added, ShadowRetention retention)
    {
        var shadows = db.GetTable<ShadowRow>();
        var tooMany = (shadows.Max(static row => (long?)row.Position) ?? 0) - retention.MaxRows;
        var oldest = shadows.OrderBy(static row => row.Position).Take(2 * added).AsPostgreSQL().ForUpdateSkipLockedHint();
        var leaving = oldest.Where(row => row.ScoredAtMs < retention.OldestMs || row.Position <= tooMany).Select(static row => row.Position);
        return shadows.Where(row => leaving.Contains(row.Position)).Delete();
    }

    private static int Compare(ShadowScore one, ShadowScore other) =>
        one.TransactionId.Utf8.SequenceCompareTo(other.TransactionId.Utf8) is not 0 and var byId ? byId
        : string.CompareOrdinal(one.Candidate.Model, other.Candidate.Model) is not 0 and var byModel ? byModel
        : string.CompareOrdinal(one.Candidate.Version, other.Candidate.Version);

    private sealed record Scored(string Model, string Version, string BaseModel, string BaseVersion, float Score);
}
