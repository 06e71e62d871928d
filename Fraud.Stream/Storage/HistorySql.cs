namespace Fraud.Stream.Storage;

/// <summary>Questions about the history in the SQL of both stores.</summary>
internal static class HistorySql
{
    /// <summary>How many of the last written payments <see cref="Newest"/> looks at: more than are in flight out of order.</summary>
    private const string Last = "10000";

    private const string Columns =
        "SELECT t.position, t.transaction_id, t.card_id, t.terminal_id, t.amount_minor, t.currency, t.event_time, t.fraud_score, t.decision, "
        + "t.model, t.model_version, t.features, t.scored_at, l.is_fraud, t.shard ";

    private const string FromRows = "FROM transactions t LEFT JOIN labels l ON l.transaction_id = t.transaction_id ";

    public const string Head = "SELECT coalesce(max(position), 0) FROM transactions";

    public const string Newest =
        $"SELECT max(event_time) FROM (SELECT event_time FROM transactions ORDER BY position DESC LIMIT {Last}) AS last_written";

    /// <summary>Of the first so many by position, the middle one by event time; no row when there are fewer.</summary>
    /// <param name="mark">What the store puts before a parameter's number.</param>
    public static string Oldest(char mark) =>
        $"SELECT event_time FROM (SELECT event_time FROM transactions ORDER BY position LIMIT {mark}1) AS first_written "
        + $"WHERE (SELECT count(*) FROM (SELECT 1 FROM transactions ORDER BY position LIMIT {mark}1) AS counted) = {mark}1 "
        + $"ORDER BY event_time LIMIT 1 OFFSET {mark}1 / 2";

    /// <inheritdoc cref="Oldest"/>
    public static string Read(char mark) =>
        $"{Columns}{FromRows}WHERE t.position > {mark}1 AND t.position <= {mark}2 AND t.event_time >= {mark}3 AND t.event_time < {mark}4 ORDER BY t.position";

    /// <inheritdoc cref="Oldest"/>
    public static string ReadShard(char mark) =>
        $"{Columns}{FromRows}WHERE t.position > {mark}1 AND t.position <= {mark}2 AND t.event_time >= {mark}3 AND t.event_time < {mark}4 "
        + $"AND t.shard = {mark}5 ORDER BY t.position";

    /// <inheritdoc cref="Oldest"/>
    /// <param name="ids">How the store comes from an id to its row.</param>
    public static string Find(char mark, string ids = "") =>
        $"{Columns}{FromRows}{ids}WHERE t.transaction_id = {mark}1";

    /// <inheritdoc cref="Oldest"/>
    public static string Related(char mark) =>
        $"{Columns}{FromRows}WHERE t.event_time >= {mark}1 AND (t.position = {mark}2 OR (t.card_id = {mark}3 AND {mark}3 <> '' AND t.position <= {mark}2) "
        + $"OR (t.terminal_id = {mark}4 AND {mark}4 <> '' AND t.scored_at <= {mark}5)) ORDER BY t.position";
}
