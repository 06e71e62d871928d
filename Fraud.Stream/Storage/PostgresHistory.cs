using Fraud.Model;
using Fraud.Stream.History;
using Npgsql;
using static Fraud.Stream.Storage.PostgresErrors;

namespace Fraud.Stream.Storage;

/// <summary>Stored payments with their labels in PostgreSQL. The range of times names the months that are looked at.</summary>
/// <param name="source">Connections for reading.</param>
internal sealed class PostgresHistory(NpgsqlDataSource source) : IPaymentHistory
{
    private static readonly string Page = HistorySql.Read('$');

    private static readonly string PageOfShard = HistorySql.ReadShard('$');

    private static readonly string Oldest = HistorySql.Oldest('$');

    private static readonly string One = HistorySql.Find('$', "JOIN transaction_ids i ON i.transaction_id = t.transaction_id AND i.position = t.position AND i.event_time = t.event_time ");

    private static readonly string Related = HistorySql.Related('$');

    public long Head() => Read(HistorySql.Head, static row => row.GetInt64(0))[0];

    public long? NewestEventMs() => Read(HistorySql.Newest, static row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0))[0];

    public long? OldestEventMs(int payments) => Read(Oldest, static row => row.GetInt64(0), (long)payments) is [var oldest] ? oldest : null;

    public IReadOnlyList<HistoryPayment> Read(long after, long upTo, long fromMs, long toMs) =>
        Read(Page, Row, after, upTo, fromMs, toMs);

    public IReadOnlyList<HistoryPayment> Read(int shard, long after, long upTo, long fromMs, long toMs) =>
        Read(PageOfShard, Row, after, upTo, fromMs, toMs, shard);

    public HistoryPayment? Find(string transactionId) => Read(One, Row, transactionId).FirstOrDefault();

    public IReadOnlyList<HistoryPayment> ReadRelated(HistoryPayment payment, long fromMs) =>
        Read(Related, Row, fromMs, payment.Position, payment.CardId, payment.TerminalId, payment.StoredAtMs);

    private List<T> Read<T>(string sql, Func<NpgsqlDataReader, T> map, params object[] values) => Guard(() =>
    {
        using var connection = source.OpenConnection();
        return connection.Query(sql, map, values);
    });

    private static HistoryPayment Row(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetString(5), row.GetInt64(6), row.GetFloat(7),
        (Decision)row.GetInt16(8), row.GetString(9), row.GetString(10), row.GetFieldValue<float[]>(11), row.GetInt64(12),
        row.IsDBNull(13) ? null : row.GetBoolean(13), row.GetInt32(14));
}
