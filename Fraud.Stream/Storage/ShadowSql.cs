namespace Fraud.Stream.Storage;

/// <summary>The questions that both stores answer about models that are compared.</summary>
internal static class ShadowSql
{
    /// <summary>Model pair, decisions, label (null, 0 or 1), decider, payments. Since and settled are the first two parameters.</summary>
    public static string Decisions(char mark) => $"""
        SELECT s.model, s.version, s.base_model, s.base_version, s.decision, s.base_decision, s.decided,
            CASE WHEN l.is_fraud IS NOT NULL THEN CAST(l.is_fraud AS INTEGER) WHEN s.scored_at < {mark}2 THEN 0 END AS fraud, count(*)
        FROM shadow_scores s LEFT JOIN labels l ON l.transaction_id = s.transaction_id
        WHERE s.scored_at >= {mark}1
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
        """;

    /// <summary>Model pair, bin, payments.</summary>
    /// <param name="bin">The score's bin, as the store computes it.</param>
    public static string Scores(char mark, string bin) => $"""
        SELECT s.model, s.version, s.base_model, s.base_version, {bin} AS bin, count(*)
        FROM shadow_scores s WHERE s.scored_at >= {mark}1
        GROUP BY 1, 2, 3, 4, 5
        """;
}
