using Fraud.Stream.Database;
using Fraud.Stream.Shadow;

namespace Fraud.Stream.Storage;

/// <summary>Comparisons of models, on the writing connection and within its transactions.</summary>
internal sealed class SqliteShadowWriter(SqliteConnection connection) : IShadowWriter
{
    private readonly SqliteStatement _insert = connection.Prepare(
        """
        INSERT INTO shadow_scores (transaction_id, model, version, score, decision, base_model, base_version, base_score, base_decision, decided, scored_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (transaction_id, model, version) DO NOTHING
        """);

    public void Write(ReadOnlySpan<ShadowScore> scores)
    {
        foreach (var score in scores)
        {
            _insert.Text(1, score.TransactionId.Utf8)
                .Text(2, score.Candidate.Model).Text(3, score.Candidate.Version).Real(4, score.Score).Integer(5, (long)score.Decision)
                .Text(6, score.Base.Model).Text(7, score.Base.Version).Real(8, score.BaseScore).Integer(9, (long)score.BaseDecision)
                .Integer(10, score.IsDecider ? 1 : 0).Integer(11, score.ScoredAtMs).Run();
        }
    }
}
