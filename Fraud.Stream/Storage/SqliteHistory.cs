using System.Buffers.Binary;
using Fraud.Model;
using Fraud.Stream.History;

namespace Fraud.Stream.Storage;

/// <summary>Stored payments with their labels in SQLite.</summary>
internal sealed class SqliteHistory(SqliteQuestions readers) : IPaymentHistory
{
    private static readonly string Page = HistorySql.Read('?');

    private static readonly string PageOfShard = HistorySql.ReadShard('?');

    private static readonly string Oldest = HistorySql.Oldest('?');

    private static readonly string One = HistorySql.Find('?');

    private static readonly string Related = HistorySql.Related('?');

    public long Head() => readers.Read(HistorySql.Head, [], static row => row.Integer(0))[0];

    public long? NewestEventMs() =>
        readers.Read(HistorySql.Newest, [], static row => row.IsNull(0) ? (long?)null : row.Integer(0))[0];

    public long? OldestEventMs(int payments) =>
        readers.Read(Oldest, [(long)payments], static row => row.Integer(0)) is [var oldest] ? oldest : null;

    public IReadOnlyList<HistoryPayment> Read(long after, long upTo, long fromMs, long toMs) =>
        readers.Read(Page, [after, upTo, fromMs, toMs], Row);

    public IReadOnlyList<HistoryPayment> Read(int shard, long after, long upTo, long fromMs, long toMs) =>
        readers.Read(PageOfShard, [after, upTo, fromMs, toMs, shard], Row);

    public HistoryPayment? Find(string transactionId) => readers.Read(One, [transactionId], Row).FirstOrDefault();

    public IReadOnlyList<HistoryPayment> ReadRelated(HistoryPayment payment, long fromMs) =>
        readers.Read(Related, [fromMs, payment.Position, payment.CardId, payment.TerminalId, payment.StoredAtMs], Row);

    private static HistoryPayment Row(SqliteStatement row) => new(
        row.Integer(0), row.Text(1), row.Text(2), row.Text(3), row.Integer(4), row.Text(5), row.Integer(6), (float)row.Real(7),
        (Decision)row.Integer(8), row.Text(9), row.Text(10), Features(row.Blob(11)), row.Integer(12), row.IsNull(13) ? null : row.Integer(13) != 0,
        (int)row.Integer(14));

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
