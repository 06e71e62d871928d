using System.Runtime.InteropServices;
using Fraud.Model;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;

namespace Fraud.Stream.ReadModel;

/// <summary><see cref="IResultRows"/> in SQLite: one prepared statement, in large transactions.</summary>
internal sealed class SqliteResultRows : IResultRows
{
    private readonly SqliteFile _file;
    private readonly SqliteConnection _connection;
    private readonly SqliteLabels _labels;
    private readonly SqliteStatement _take;
    private readonly SqliteStatement _position;
    private readonly SqliteStatement _move;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _place;
    private readonly SqliteStatement _repeat;
    private readonly SqliteStatement _retract;
    private bool _labelsWait;
    private int _payments;
    private int _repeats;

    /// <param name="file">Its writing connection is shared: who has the lock uses it.</param>
    public SqliteResultRows(SqliteFile file, TimeProvider time)
    {
        _file = file;
        var connection = _connection = file.Writer;
        _labels = new SqliteLabels(connection, time);
        _take = connection.PrepareOnce(SqliteReaderPositions.TakeSql);
        _position = connection.PrepareOnce(SqliteReaderPositions.PositionSql);
        _move = connection.PrepareOnce(
            "UPDATE reader_positions SET position = ?3 WHERE reader = 'results' AND shard = ?1 AND generation = ?2 AND position = ?4");
        _insert = connection.PrepareOnce(
            """
            INSERT INTO transactions (transaction_id, shard, card_id, terminal_id, amount_minor, currency, event_time,
                source, fraud_score, decision, reasons, model, model_version, review_threshold, block_threshold,
                features, kafka_offset, scored_at, sequence, ordinal)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
            ON CONFLICT (transaction_id) DO NOTHING
            """);
        _place = connection.PrepareOnce(
            "SELECT 1 FROM transactions WHERE transaction_id = ?1 AND shard = ?2 AND sequence = ?3 AND ordinal = ?4");
        _repeat = connection.PrepareOnce(
            "INSERT INTO repeated_payments (shard, sequence, ordinal, transaction_id) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING");
        _retract = connection.PrepareOnce(
            "UPDATE repeated_payments SET retracted = ?4 WHERE shard = ?1 AND sequence = ?2 AND ordinal = ?3");
    }

    public long? Take(int shard, long generation)
    {
        lock (_file.Writing)
        {
            long? position = null;
            _connection.InTransaction(() =>
            {
                _take.Text(1, JournalReaders.Results).Integer(2, shard).Integer(3, generation).Run();
                position = _position.Text(1, JournalReaders.Results).Integer(2, shard).Integer(3, generation).Step() ? _position.Integer(0) : null;
                _position.Reset();
            });
            return position;
        }
    }

    public RowsWritten Write(IReadOnlyList<FollowedPage> pages)
    {
        (_payments, _repeats) = (0, 0);
        List<int> lost = [];
        lock (_file.Writing)
        {
            // Rows can be made again, so no flush is waited for; but labels are flushed, and so is what completes one.
            var isDone = false;
            if (!_labels.AnyWaits())
            {
                _file.WithoutFlush(() => isDone = TryWrite(pages, lost, isFlushed: false));
            }

            _ = isDone || TryWrite(pages, lost, isFlushed: true);
        }

        return new RowsWritten(_payments, _repeats, lost);
    }

    // The file's other statements stay with it.
    public void Dispose()
    {
    }

    private bool TryWrite(IReadOnlyList<FollowedPage> pages, List<int> lost, bool isFlushed)
    {
        return _connection.TryInTransaction(() =>
        {
            // Within the transaction: another process may have written one since.
            _labelsWait = _labels.AnyWaits();
            if (_labelsWait && !isFlushed)
            {
                return false;
            }

            foreach (var shard in PagesOfShard.Of(pages))
            {
                _move.Integer(1, shard.Shard).Integer(2, shard.Generation).Integer(3, shard.Last).Integer(4, shard.First - 1).Run();
                if (_connection.Changes == 0)
                {
                    lost.Add(shard.Shard);
                }
            }

            // Positions in the order of shards, rows as they came.
            foreach (var page in pages)
            {
                if (!lost.Contains(page.Shard))
                {
                    Write(page);
                }
            }

            return true;
        });
    }

    private void Write(in FollowedPage followed)
    {
        var page = new PageReader(followed.Bytes.Span);
        while (page.Read())
        {
            // A bare one is of before: its row was written with its page.
            if (!page.Payment.IsBare)
            {
                Write(ref page, followed);
            }
        }

        while (page.ReadRetraction() is { } taken)
        {
            _retract.Integer(1, followed.Shard).Integer(2, taken.Sequence).Integer(3, taken.PaymentOrdinal).Integer(4, followed.Sequence).Run();
        }
    }

    private void Write(ref PageReader page, in FollowedPage followed)
    {
        ref var payment = ref page.Payment;
        Insert(ref page, followed);
        if (_connection.Changes == 0)
        {
            Repeated(payment.Id, followed, page.Ordinal);
            return;
        }

        _payments++;
        if (_labelsWait)
        {
            _labels.Complete(new Label(payment.Id, payment.CardId, payment.TerminalId, payment.EventTimeMs, IsFraud: true));
        }
    }

    private void Insert(ref PageReader page, in FollowedPage followed)
    {
        ref var payment = ref page.Payment;
        var by = page.ScoredBy!;
        var reasons = page.Reasons();
        _insert.Text(1, payment.Id.Utf8)
            .Integer(2, followed.Shard)
            .Text(3, payment.CardId.Utf8)
            .Text(4, payment.TerminalId.Utf8)
            .Integer(5, payment.AmountMinor)
            .Text(6, payment.Currency.ToString())
            .Integer(7, payment.EventTimeMs)
            .Text(8, payment.Source.Utf8)
            .Real(9, payment.Score)
            .Integer(10, (int)payment.Decision)
            .Text(11, reasons.Count == 0 ? null : StoredJson.Reasons(reasons))
            .Text(12, by.Model)
            .Text(13, by.Version)
            .Real(14, by.ReviewThreshold)
            .Real(15, by.BlockThreshold)
            // Empty where they were not kept.
            .Blob(16, MemoryMarshal.AsBytes(page.Features()))
            .Integer(18, page.StoredAtMs)
            .Integer(19, followed.Sequence)
            .Integer(20, page.Ordinal);
        (payment.KafkaOffset >= 0 ? _insert.Integer(17, payment.KafkaOffset) : _insert.Null(17)).Run();
    }

    private void Repeated(in ShortText id, in FollowedPage followed, int ordinal)
    {
        var isSamePlace = _place.Text(1, id.Utf8).Integer(2, followed.Shard).Integer(3, followed.Sequence).Integer(4, ordinal).Step();
        _place.Reset();
        if (!isSamePlace)
        {
            _repeats++;
            _repeat.Integer(1, followed.Shard).Integer(2, followed.Sequence).Integer(3, ordinal).Text(4, id.Utf8).Run();
        }
    }
}
