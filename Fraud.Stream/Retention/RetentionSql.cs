namespace Fraud.Stream.Retention;

/// <summary>What is over age, in the SQL of both stores. Parameter 1 is the time before which it is; parameter 2 how many.</summary>
/// <param name="Mark">What the store puts before a parameter's number.</param>
/// <param name="Ids">The table that finds a payment by its id.</param>
internal sealed record RetentionSql(char Mark, string Ids)
{
    /// <summary>Ids in order of age.</summary>
    public string WebhookEvents => $"SELECT event_id FROM webhook_events WHERE received_at < {Mark}1 ORDER BY received_at LIMIT {Mark}2";

    /// <summary>Entries are in order of time, but for what clocks differ by.</summary>
    public string Audit => $"SELECT id FROM (SELECT id, at FROM audit ORDER BY id LIMIT {Mark}2) AS oldest WHERE at < {Mark}1";

    public string Labels => $"SELECT transaction_id FROM labels WHERE event_time < {Mark}1 AND event_time <> 0 ORDER BY event_time LIMIT {Mark}2";

    /// <summary>The last one stays, whatever its age: positions go on behind it.</summary>
    /// <remarks>Parameter 3 is the position that all stored histories contain.</remarks>
    public string LabelChanges =>
        $"SELECT sequence FROM label_journal WHERE sequence <= {Mark}3 AND sequence < (SELECT max(sequence) FROM label_journal) "
        + $"AND sequence < coalesce((SELECT sequence FROM label_journal WHERE event_time >= {Mark}1 ORDER BY sequence LIMIT 1), {long.MaxValue}) "
        + $"ORDER BY sequence LIMIT {Mark}2";

    // All there are: so that the index by status and time is used.
    public string Cases => $"SELECT transaction_id FROM cases WHERE status IN (0, 1, 2, 3) AND event_time < {Mark}1 LIMIT {Mark}2";

    public string Comparisons =>
        $"SELECT position FROM (SELECT position, scored_at FROM shadow_scores ORDER BY position LIMIT {Mark}2) AS oldest WHERE scored_at < {Mark}1";

    /// <summary>A note is closed once a page took the payment back; there are few, so all are looked at.</summary>
    public string Repeats =>
        $"SELECT shard, sequence, ordinal FROM repeated_payments AS n WHERE retracted IS NOT NULL "
        + $"AND NOT EXISTS (SELECT 1 FROM {Ids} AS p WHERE p.transaction_id = n.transaction_id AND p.event_time >= {Mark}1) LIMIT {Mark}2";

    /// <summary>There are few, so all are looked at.</summary>
    public string RefusedRows => $"SELECT shard, sequence, ordinal FROM refused_rows WHERE event_time < {Mark}1 LIMIT {Mark}2";

    public static string Count(string rows) => $"SELECT count(*) FROM ({rows}) AS over_age";
}
