using Fraud.Model;

namespace Fraud.Stream.Storage;

/// <summary>Stored payments with their labels, for training and backtests.</summary>
/// <remarks>
/// The calls block, may come from any thread, use the connections for people's questions and hold up no commit. They throw
/// <see cref="StoreUnavailableException"/> when they may succeed later.
/// </remarks>
public interface IPaymentHistory
{
    /// <summary>The highest position that is written; 0 when there is none.</summary>
    long Head();

    /// <summary>The latest event time among those written last, milliseconds since 1970 UTC; null when there are none.</summary>
    long? NewestEventMs();

    /// <summary>
    /// The median event time of the payments written first, milliseconds since 1970 UTC; null while there are fewer than so many.
    /// </summary>
    long? OldestEventMs(int payments);

    /// <summary>
    /// Payments of a range of positions and of event times, in order of their positions. What is returned is bounded by the
    /// width of the range: page by moving it. Positions have gaps.
    /// </summary>
    /// <param name="after">Position before the first.</param>
    /// <param name="upTo">The last position.</param>
    /// <param name="fromMs">Earliest event time.</param>
    /// <param name="toMs">Event time before which they lie.</param>
    IReadOnlyList<HistoryPayment> Read(long after, long upTo, long fromMs, long toMs);
}

/// <summary>A stored payment with what was decided about it and what became known of it.</summary>
/// <param name="Score">Fraud probability that the model in service gave then.</param>
/// <param name="Features">As the stream computed them, in the order of <see cref="Model.Features.FeatureCatalog"/>; shorter when stored before later ones were added.</param>
/// <param name="IsFraud">Its label; null when there is none, which after the label delay means legitimate.</param>
public sealed record HistoryPayment(
    long Position,
    string TransactionId,
    string CardId,
    long AmountMinor,
    long EventTimeMs,
    float Score,
    Decision Decision,
    string Model,
    string ModelVersion,
    float[] Features,
    bool? IsFraud);

/// <summary>The question in the SQL of both stores.</summary>
internal static class HistorySql
{
    /// <summary>How many of the last written payments <see cref="Newest"/> looks at: more than are in flight out of order.</summary>
    private const string Last = "10000";

    public const string Head = "SELECT coalesce(max(position), 0) FROM transactions";

    public const string Newest =
        $"SELECT max(event_time) FROM (SELECT event_time FROM transactions ORDER BY position DESC LIMIT {Last}) AS last_written";

    /// <summary>Of the first so many by position, the middle one by event time; no row when there are fewer.</summary>
    /// <param name="mark">What the store puts before a parameter's number.</param>
    public static string Oldest(char mark) =>
        $"SELECT event_time FROM (SELECT event_time FROM transactions ORDER BY position LIMIT {mark}1) AS first_written "
        + $"WHERE (SELECT count(*) FROM (SELECT 1 FROM transactions ORDER BY position LIMIT {mark}1) AS counted) = {mark}1 "
        + $"ORDER BY event_time LIMIT 1 OFFSET {mark}1 / 2";

    /// <param name="mark">What the store puts before a parameter's number.</param>
    public static string Read(char mark) =>
        "SELECT t.position, t.transaction_id, t.card_id, t.amount_minor, t.event_time, t.fraud_score, t.decision, t.model, "
        + "t.model_version, t.features, l.is_fraud "
        + "FROM transactions t LEFT JOIN labels l ON l.transaction_id = t.transaction_id "
        + $"WHERE t.position > {mark}1 AND t.position <= {mark}2 AND t.event_time >= {mark}3 AND t.event_time < {mark}4 ORDER BY t.position";
}
