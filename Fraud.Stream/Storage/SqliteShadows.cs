using System.Globalization;
using Fraud.Model;
using Fraud.Stream.Shadow;

namespace Fraud.Stream.Storage;

/// <summary>Scores of models that are compared, on the writing connection.</summary>
internal sealed class SqliteShadows(SqliteConnection connection)
{
    private readonly SqliteStatement _insert = connection.Prepare(
        """
        INSERT INTO shadow_scores (transaction_id, model, version, score, decision, base_model, base_version, base_score, base_decision, decided, scored_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (transaction_id, model, version) DO NOTHING
        """);

    private readonly SqliteStatement _forget = connection.Prepare(
        """
        DELETE FROM shadow_scores WHERE position IN (SELECT position FROM shadow_scores ORDER BY position LIMIT ?1)
        AND (scored_at < ?2 OR position <= (SELECT max(position) FROM shadow_scores) - ?3)
        """);

    private static readonly string SelectScores =
        ShadowSql.Scores('?', Bin("s.score")) + " ORDER BY 1, 2, 3, 4, 5";

    private static readonly string SelectBaseScores =
        ShadowSql.Scores('?', Bin("s.base_score")) + " ORDER BY 1, 2, 3, 4, 5";

    public void Add(IReadOnlyList<ShadowScore> scores, ShadowRetention retention) => connection.InTransaction(() =>
    {
        foreach (var score in scores)
        {
            _insert.Text(1, score.TransactionId.Utf8)
                .Text(2, score.Candidate.Model).Text(3, score.Candidate.Version).Real(4, score.Score).Integer(5, (long)score.Decision)
                .Text(6, score.Base.Model).Text(7, score.Base.Version).Real(8, score.BaseScore).Integer(9, (long)score.BaseDecision)
                .Integer(10, score.IsDecider ? 1 : 0).Integer(11, score.ScoredAtMs).Run();
        }

        // Twice what came, so that it catches up with a limit that was lowered.
        _forget.Integer(1, 2L * scores.Count).Integer(2, retention.OldestMs).Integer(3, retention.MaxRows).Run();
    });

    public static ShadowCounts Count(SqliteQuestions questions, long sinceMs, long settledMs)
    {
        var decisions = questions.Read(ShadowSql.Decisions('?'), [sinceMs, settledMs], static row => new PairedDecisions(
            Pair(row), (Decision)row.Integer(4), (Decision)row.Integer(5), row.IsNull(7) ? null : row.Integer(7) != 0, row.Integer(6) != 0, row.Integer(8)));
        var scores = questions.Read(SelectScores, [sinceMs], static row => new ScoreBin(Pair(row), false, (int)row.Integer(4), row.Integer(5)));
        scores.AddRange(questions.Read(SelectBaseScores, [sinceMs], static row => new ScoreBin(Pair(row), true, (int)row.Integer(4), row.Integer(5))));
        return new ShadowCounts(decisions, scores);
    }

    private static string Bin(string score) => string.Create(
        CultureInfo.InvariantCulture, $"min(CAST({score} * {ShadowCounts.Bins} AS INTEGER), {ShadowCounts.Bins - 1})");

    private static ModelPair Pair(SqliteStatement row) => new(row.Text(0), row.Text(1), row.Text(2), row.Text(3));
}
