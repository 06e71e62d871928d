using System.Buffers.Binary;
using Fraud.Model;

namespace Fraud.Stream.Storage;

/// <summary>Stored payments with their labels in SQLite.</summary>
internal sealed class SqliteHistory(SqliteQuestions readers) : IPaymentHistory
{
    private static readonly string Page = HistorySql.Read('?');

    private static readonly string Oldest = HistorySql.Oldest('?');

    public long Head() => readers.Read(HistorySql.Head, [], static row => row.Integer(0))[0];

    public long? NewestEventMs() =>
        readers.Read(HistorySql.Newest, [], static row => row.IsNull(0) ? (long?)null : row.Integer(0))[0];

    public long? OldestEventMs(int payments) =>
        readers.Read(Oldest, [(long)payments], static row => row.Integer(0)) is [var oldest] ? oldest : null;

    public IReadOnlyList<HistoryPayment> Read(long after, long upTo, long fromMs, long toMs) =>
        readers.Read(Page, [after, upTo, fromMs, toMs], Row);

    private static HistoryPayment Row(SqliteStatement row) => new(
        row.Integer(0), row.Text(1), row.Text(2), row.Integer(3), row.Integer(4), (float)row.Real(5), (Decision)row.Integer(6),
        row.Text(7), row.Text(8), Features(row.Blob(9)), row.IsNull(10) ? null : row.Integer(10) != 0);

    private static float[] Features(ReadOnlySpan<byte> bytes)
    {
        var features = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < features.Length; i++)
        {
            features[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        }

        return features;
    }
}
