using Fraud.Model;
using Npgsql;
using static Fraud.Stream.Storage.PostgresErrors;

namespace Fraud.Stream.Storage;

/// <summary>Stored payments with their labels in PostgreSQL. The range of times names the months that are looked at.</summary>
/// <param name="source">Connections for reading.</param>
internal sealed class PostgresHistory(NpgsqlDataSource source) : IPaymentHistory
{
    private static readonly string Page = HistorySql.Read('$');

    private static readonly string Oldest = HistorySql.Oldest('$');

    public long Head() => Read(HistorySql.Head, static row => row.GetInt64(0))[0];

    public long? NewestEventMs() => Read(HistorySql.Newest, static row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0))[0];

    public long? OldestEventMs(int payments) => Read(Oldest, static row => row.GetInt64(0), (long)payments) is [var oldest] ? oldest : null;

    public IReadOnlyList<HistoryPayment> Read(long after, long upTo, long fromMs, long toMs) =>
        Read(Page, Row, after, upTo, fromMs, toMs);

    private List<T> Read<T>(string sql, Func<NpgsqlDataReader, T> map, params object[] values) => Guard(() =>
    {
        using var connection = source.OpenConnection();
        return connection.Query(sql, map, values);
    });

    private static HistoryPayment Row(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4), row.GetFloat(5), (Decision)row.GetInt16(6),
        row.GetString(7), row.GetString(8), row.GetFieldValue<float[]>(9), row.IsDBNull(10) ? null : row.GetBoolean(10));
}
