using Fraud.Stream.Database;
using Fraud.Stream.Shadow;
using Npgsql;

namespace Fraud.Stream.Storage;

/// <summary>Comparisons of models in one statement, within a transaction of the connection.</summary>
internal sealed class PostgresShadowWriter(NpgsqlConnection connection) : IShadowWriter
{
    private const string Insert = """
        INSERT INTO shadow_scores (transaction_id, model, version, score, decision, base_model, base_version, base_score, base_decision, decided, scored_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (transaction_id, model, version) DO NOTHING
        """;

    public void Write(ReadOnlySpan<ShadowScore> scores)
    {
        var rows = scores.ToArray();
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
    }
}
