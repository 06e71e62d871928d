using System.Globalization;
using Fraud.Model;
using Fraud.Stream.Shadow;
using Npgsql;
using static Fraud.Stream.Storage.PostgresErrors;

namespace Fraud.Stream.Storage;

/// <summary>Scores of models that are compared.</summary>
internal sealed class PostgresShadows(NpgsqlDataSource source, TimeSpan lockTimeout) : IShadowStore
{
    private const string Insert = """
        INSERT INTO shadow_scores (transaction_id, model, version, score, decision, base_model, base_version, base_score, base_decision, decided, scored_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (transaction_id, model, version) DO NOTHING
        """;

    // Nodes that remove at the same time pass over each other's.
    private const string Forget = """
        DELETE FROM shadow_scores WHERE position IN (
            SELECT position FROM (SELECT position, scored_at FROM shadow_scores ORDER BY position LIMIT $1 FOR UPDATE SKIP LOCKED) AS oldest
            WHERE scored_at < $2 OR position <= (SELECT max(position) FROM shadow_scores) - $3)
        """;

    public void Add(ReadOnlySpan<ShadowScore> scores, ShadowRetention retention)
    {
        // In order of their keys: nodes that store the same payments must not wait for each other in a circle.
        var rows = scores.ToArray();
        Array.Sort(rows, Compare);
        Guard(() =>
        {
            using var connection = source.OpenConnection();
            using var transaction = connection.Begin(lockTimeout);
            connection.Execute(
                Insert,
                Array.ConvertAll(rows, static row => row.TransactionId.ToString()),
                Array.ConvertAll(rows, static row => row.Candidate.Model),
                Array.ConvertAll(rows, static row => row.Candidate.Version),
                Array.ConvertAll(rows, static row => row.Score),
                Array.ConvertAll(rows, static row => (short)row.Decision),
                Array.ConvertAll(rows, static row => row.Base.Model),
                Array.ConvertAll(rows, static row => row.Base.Version),
                Array.ConvertAll(rows, static row => row.BaseScore),
                Array.ConvertAll(rows, static row => (short)row.BaseDecision),
                Array.ConvertAll(rows, static row => row.IsDecider),
                Array.ConvertAll(rows, static row => row.ScoredAtMs));
            connection.Execute(Forget, 2L * rows.Length, retention.OldestMs, retention.MaxRows);
            transaction.Commit();
        });
    }

    public ShadowCounts Count(long sinceMs, long settledMs)
    {
        var decisions = source.Stream(
            ShadowSql.Decisions('$'),
            static row => new PairedDecisions(
                Pair(row), (Decision)row.GetInt16(4), (Decision)row.GetInt16(5), row.IsDBNull(7) ? null : row.GetInt32(7) != 0, row.GetBoolean(6), row.GetInt64(8)),
            sinceMs, settledMs).ToList();
        var scores = Bins("s.score", isBase: false, sinceMs).Concat(Bins("s.base_score", isBase: true, sinceMs)).ToList();
        return new ShadowCounts(decisions, scores);
    }

    private static int Compare(ShadowScore one, ShadowScore other) =>
        one.TransactionId.Utf8.SequenceCompareTo(other.TransactionId.Utf8) is not 0 and var byId ? byId
        : string.CompareOrdinal(one.Candidate.Model, other.Candidate.Model) is not 0 and var byModel ? byModel
        : string.CompareOrdinal(one.Candidate.Version, other.Candidate.Version);

    private IEnumerable<ScoreBin> Bins(string score, bool isBase, long sinceMs) => source.Stream(
        ShadowSql.Scores('$', string.Create(
            CultureInfo.InvariantCulture, $"least(floor({score} * {ShadowCounts.Bins})::integer, {ShadowCounts.Bins - 1})")) + " ORDER BY 1, 2, 3, 4, 5",
        row => new ScoreBin(Pair(row), isBase, row.GetInt32(4), row.GetInt64(5)),
        sinceMs);

    private static ModelPair Pair(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3));
}
