using System.Runtime.InteropServices;
using System.Text;
using Fraud.Model;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Storage;

/// <summary>The writing connection of the SQLite store with its statements. One caller at a time.</summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly string _topic;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _stored;
    private readonly SqliteStatement _outbox;
    private readonly SqliteStatement _offset;
    private readonly SqliteStatement _payment;
    private readonly SqliteStatement _label;
    private readonly SqliteStatement _setLabel;
    private readonly SqliteStatement _completable;
    private readonly SqliteStatement _sent;

    // Payments in a row share these; as strings each would be encoded anew for each row.
    private ScoredBy? _scoredBy;
    private byte[] _model = [];
    private byte[] _version = [];
    private Currency _currency;
    private byte[] _currencyLetters = [];

    public SqliteWriter(SqliteConnection connection, string transactionsTopic)
    {
        _connection = connection;
        _topic = transactionsTopic;
        _insert = connection.Prepare(
            """
            INSERT INTO transactions (transaction_id, shard, card_id, terminal_id, amount_minor, currency, event_time,
                source, fraud_score, decision, reasons, model, model_version, review_threshold, block_threshold,
                features, kafka_offset, scored_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
            ON CONFLICT (transaction_id) DO NOTHING
            """);
        _stored = connection.Prepare(
            """
            SELECT fraud_score, decision, reasons, model, model_version, review_threshold, block_threshold
            FROM transactions WHERE transaction_id = ?1
            """);
        _outbox = connection.Prepare(
            "INSERT INTO outbox (kind, source, key, value, headers) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (source) DO NOTHING");
        _offset = connection.Prepare(
            """
            INSERT INTO offsets (topic, partition, next_offset) VALUES (?1, ?2, ?3)
            ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset
            """);
        _payment = connection.Prepare("SELECT card_id, terminal_id, event_time FROM transactions WHERE transaction_id = ?1");
        _label = connection.Prepare("SELECT card_id, terminal_id, event_time, is_fraud FROM labels WHERE transaction_id = ?1");
        _setLabel = connection.Prepare(
            """
            INSERT INTO labels (transaction_id, card_id, terminal_id, event_time, is_fraud) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (transaction_id) DO UPDATE SET card_id = excluded.card_id, terminal_id = excluded.terminal_id,
                event_time = excluded.event_time, is_fraud = excluded.is_fraud
            """);
        _completable = connection.Prepare(
            """
            SELECT transaction_id, l.card_id, l.terminal_id, l.event_time, is_fraud
            FROM labels l JOIN transactions t USING (transaction_id) WHERE l.event_time = 0 LIMIT 1000
            """);
        _sent = connection.Prepare("UPDATE outbox SET sent = 1 WHERE id = ?1");
    }

    public void Commit(IReadOnlyList<MicroBatch> batches, long nowMs) => _connection.InTransaction(() =>
    {
        foreach (var batch in batches)
        {
            foreach (var payment in batch.Payments)
            {
                Write(payment, nowMs);
            }

            if (batch.IsFromKafka && batch.Count > 0)
            {
                WriteOffset(_topic, batch.KafkaPartition, batch.Payments[^1].KafkaOffset + 1);
            }
        }
    });

    public IReadOnlyList<LabelChange> CommitLabels(
        string topic, int partition, long nextOffset, IReadOnlyList<Label> labels, IReadOnlyList<UnreadableLabel> unreadable)
    {
        var changes = new List<LabelChange>();
        _connection.InTransaction(() =>
        {
            foreach (var label in labels)
            {
                WriteLabel(label, changes);
            }

            foreach (var (offset, letter, arrivedAtMs) in unreadable)
            {
                WriteOutbox(
                    OutboxKind.DeadLetter, StoredJson.DeadLetterSource(topic, partition, offset), letter.Key, letter.Value,
                    StoredJson.DeadLetterHeaders(letter, topic, partition, offset, arrivedAtMs));
            }

            if (partition >= 0)
            {
                WriteOffset(topic, partition, nextOffset);
            }
        });
        return changes;
    }

    public IReadOnlyList<LabelChange> CompleteLabels()
    {
        var waiting = new List<Label>();
        while (_completable.Step())
        {
            waiting.Add(new Label(
                _completable.ShortText(0), _completable.ShortText(1), _completable.ShortText(2), _completable.Integer(3),
                _completable.Integer(4) == 1));
        }

        _completable.Reset();
        var changes = new List<LabelChange>();
        if (waiting.Count > 0)
        {
            _connection.InTransaction(() => waiting.ForEach(label => WriteLabel(label, changes)));
        }

        return changes;
    }

    public void MarkSent(IReadOnlyList<long> ids) => _connection.InTransaction(() =>
    {
        foreach (var id in ids)
        {
            _sent.Integer(1, id).Run();
        }
    });

    public void Dispose() => _connection.Dispose();

    private void Write(Payment payment, long nowMs)
    {
        switch (payment.State)
        {
            case PaymentState.Scored:
                if (Insert(payment, nowMs))
                {
                    if (payment.Decision != Decision.Approve)
                    {
                        WriteOutbox(
                            OutboxKind.Alert, StoredJson.AlertId(payment), payment.Transaction.CardId.Utf8,
                            StoredJson.Alert(payment), StoredJson.AlertHeaders(payment));
                    }
                }
                else
                {
                    payment.State = PaymentState.Duplicate;
                    Recall(payment);
                }

                break;
            case PaymentState.Duplicate:
                Recall(payment);
                break;
            case PaymentState.Undecodable:
                WriteOutbox(
                    OutboxKind.DeadLetter, StoredJson.DeadLetterSource(payment, _topic), payment.DeadLetter!.Key, payment.DeadLetter.Value,
                    StoredJson.DeadLetterHeaders(payment, _topic));
                break;
            default:
                throw new InvalidOperationException("A payment reached the store unscored.");
        }
    }

    private bool Insert(Payment payment, long nowMs)
    {
        var transaction = payment.Transaction;
        var by = payment.ScoredBy!;
        if (!ReferenceEquals(by, _scoredBy))
        {
            _scoredBy = by;
            _model = Encoding.UTF8.GetBytes(by.Model);
            _version = Encoding.UTF8.GetBytes(by.Version);
        }

        _insert.Text(1, transaction.Id.Utf8)
            .Integer(2, payment.Shard)
            .Text(3, transaction.CardId.Utf8)
            .Text(4, transaction.TerminalId.Utf8)
            .Integer(5, transaction.AmountMinor)
            .Text(6, CurrencyOf(transaction))
            .Integer(7, transaction.EventTimeMs)
            .Text(8, transaction.Source.Utf8)
            .Real(9, payment.Score)
            .Integer(10, (int)payment.Decision)
            .Text(11, payment.Reasons.Count == 0 ? null : StoredJson.Reasons(payment.Reasons))
            .Text(12, _model)
            .Text(13, _version)
            .Real(14, by.ReviewThreshold)
            .Real(15, by.BlockThreshold)
            .Blob(16, MemoryMarshal.AsBytes(payment.Features.AsSpan()))
            .Integer(18, nowMs);
        if (payment.KafkaOffset >= 0)
        {
            _insert.Integer(17, payment.KafkaOffset);
        }
        else
        {
            _insert.Null(17);
        }

        _insert.Run();
        return _connection.Changes == 1;
    }

    private byte[] CurrencyOf(Transaction transaction)
    {
        if (transaction.Currency != _currency)
        {
            _currency = transaction.Currency;
            _currencyLetters = Encoding.UTF8.GetBytes(_currency.ToString());
        }

        return _currencyLetters;
    }

    /// <summary>Gives a repeated payment the answer that is stored.</summary>
    private void Recall(Payment payment)
    {
        if (payment.Reply is null)
        {
            return;
        }

        _stored.Text(1, payment.Transaction.Id.Utf8);
        if (_stored.Step())
        {
            payment.Score = (float)_stored.Real(0);
            payment.Decision = (Decision)_stored.Integer(1);
            payment.Reasons = _stored.IsNull(2) ? [] : StoredJson.ReadReasons(_stored.Text(2));
            payment.ScoredBy = new ScoredBy(
                _stored.Text(3), _stored.Text(4), (float)_stored.Real(5), (float)_stored.Real(6));
        }

        _stored.Reset();
    }

    private void WriteOutbox(OutboxKind kind, string source, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, string headers) =>
        _outbox.Integer(1, (int)kind).Text(2, source).Blob(3, key).Blob(4, value).Text(5, headers).Run();

    private void WriteOffset(string topic, int partition, long nextOffset) =>
        _offset.Text(1, topic).Integer(2, partition).Integer(3, nextOffset).Run();

    private void WriteLabel(Label label, List<LabelChange> changes)
    {
        _label.Text(1, label.TransactionId.Utf8);
        var stored = _label.Step() ? ReadLabel(_label, label.TransactionId) with { IsFraud = _label.Integer(3) == 1 } : (Label?)null;
        _label.Reset();
        _payment.Text(1, label.TransactionId.Utf8);
        var payment = _payment.Step() ? ReadLabel(_payment, label.TransactionId) : (Label?)null;
        _payment.Reset();
        (label, var fraudDelta) = LabelMerge.Merge(label, stored, payment);
        _setLabel.Text(1, label.TransactionId.Utf8)
            .Text(2, label.CardId.Utf8)
            .Text(3, label.TerminalId.Utf8)
            .Integer(4, label.EventTimeMs)
            .Integer(5, label.IsFraud ? 1 : 0)
            .Run();
        if (fraudDelta != 0)
        {
            changes.Add(new LabelChange(label, fraudDelta));
        }
    }

    private static Label ReadLabel(SqliteStatement row, ShortText transactionId) =>
        new(transactionId, row.ShortText(0), row.ShortText(1), row.Integer(2), IsFraud: false);
}
