using System.Runtime.InteropServices;
using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.Shards;

namespace Fraud.Stream.Storage;

/// <summary>The writing connection of the SQLite store with its statements. One caller at a time.</summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly string _topic;
    private readonly CommitGroup _group = new();
    private readonly JournalPages _pages;
    private readonly SqliteLabels _labels;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _stored;
    private readonly SqliteStatement _outbox;
    private readonly SqliteStatement _offset;
    private readonly SqliteStatement _sent;

    public SqliteWriter(SqliteConnection connection, string transactionsTopic, FeatureSample sample)
    {
        _pages = new JournalPages(sample);
        _connection = connection;
        _topic = transactionsTopic;
        _labels = new SqliteLabels(connection);
        Shards = new SqliteShards(connection, transactionsTopic);
        Snapshots = new SqliteSnapshots(connection);
        Security = new SqliteSecurity(connection);
        Cases = new SqliteCaseWriter(connection, _labels);
        Webhooks = new SqliteWebhookWriter(connection, _labels);
        Shadows = new SqliteShadows(connection);
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
            """
            INSERT INTO outbox (kind, source, key, value, headers, shard) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (source) DO NOTHING
            """);
        _offset = connection.Prepare(
            """
            INSERT INTO offsets (topic, partition, next_offset) VALUES (?1, ?2, ?3)
            ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset
            """);
        _sent = connection.Prepare("UPDATE outbox SET sent = 1 WHERE id = ?1");
    }

    public SqliteShards Shards { get; }

    public SqliteSnapshots Snapshots { get; }

    public SqliteSecurity Security { get; }

    public SqliteCaseWriter Cases { get; }

    public SqliteWebhookWriter Webhooks { get; }

    /// <summary>Runs other work on the writing connection, in one transaction.</summary>
    public void InTransaction(Action<SqliteConnection> work) => _connection.InTransaction(() => work(_connection));

    /// <summary>Work of whoever writes seldom, in one transaction.</summary>
    public T InTransaction<T>(Func<SqliteConnection, T> work)
    {
        var result = default(T);
        _connection.InTransaction(() => result = work(_connection));
        return result!;
    }

    public SqliteShadows Shadows { get; }

    /// <returns>Shards whose head was not as expected; none, and all was written.</returns>
    public IReadOnlyList<int> Commit(IReadOnlyList<MicroBatch> batches, IReadOnlyList<ShardCommit> commits, long nowMs)
    {
        _group.Fill(batches, commits);
        if (_group.Commits.Count == 0)
        {
            return [];
        }

        IReadOnlyList<int> missing = [];
        _connection.TryInTransaction(() =>
        {
            missing = Shards.TakeHeads(_group.Commits);
            if (missing.Count > 0)
            {
                return false;
            }

            WritePayments(batches, nowMs);
            WritePagesAndOffsets(nowMs);
            return true;
        });
        if (missing.Count == 0)
        {
            // Only now, so that a commit that failed leaves the payments as they came.
            Recall(_group.Repeated);
        }

        return missing;
    }

    /// <summary>Gives payments that are stored already the answers that are stored.</summary>
    public void Recall(IReadOnlyList<Payment> repeated)
    {
        foreach (var payment in repeated)
        {
            payment.State = PaymentState.Duplicate;
            Recall(payment);
        }
    }

    public IReadOnlyList<LabelChange> CommitLabels(
        string topic, int partition, long nextOffset, IReadOnlyList<Label> labels, IReadOnlyList<UnreadableLabel> unreadable)
    {
        var changes = new List<LabelChange>();
        _connection.InTransaction(() =>
        {
            foreach (var label in labels)
            {
                _labels.Write(label, changes);
            }

            foreach (var (offset, letter, arrivedAtMs) in unreadable)
            {
                WriteOutbox(
                    StoredJson.LabelsShard, OutboxKind.DeadLetter, StoredJson.DeadLetterSource(topic, partition, offset), letter.Key,
                    letter.Value, StoredJson.DeadLetterHeaders(letter, topic, partition, offset, arrivedAtMs));
            }

            if (partition >= 0)
            {
                WriteOffset(topic, partition, nextOffset);
            }
        });
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

    private void WritePagesAndOffsets(long nowMs)
    {
        foreach (var commit in _group.Commits)
        {
            Shards.WritePage(commit, _pages.End(commit), nowMs);
            if (commit.NextOffset is { } next)
            {
                WriteOffset(_topic, commit.Shard, next);
            }
        }
    }

    private void WritePayments(IReadOnlyList<MicroBatch> batches, long nowMs)
    {
        _pages.Begin(_group.Commits, nowMs);
        var labelsWait = _labels.AnyWaits();
        foreach (var batch in batches)
        {
            foreach (var payment in batch.Payments)
            {
                if (payment.State is PaymentState.Scored)
                {
                    Write(payment, labelsWait, nowMs);
                }
                else if (payment.State is PaymentState.Undecodable)
                {
                    WriteOutbox(
                        payment.Shard, OutboxKind.DeadLetter, StoredJson.DeadLetterSource(payment, _topic), payment.DeadLetter!.Key,
                        payment.DeadLetter.Value, StoredJson.DeadLetterHeaders(payment, _topic));
                    _pages.Add(payment);
                }
            }
        }
    }

    private void Write(Payment payment, bool labelsWait, long nowMs)
    {
        if (!Insert(payment, nowMs))
        {
            _group.IsRepeated(payment);
            return;
        }

        _pages.Add(payment);
        if (payment.Decision != Decision.Approve)
        {
            var flagged = AlertContent.Of(payment);
            WriteOutbox(
                payment.Shard, OutboxKind.Alert, flagged.AlertId, flagged.CardId.Utf8, StoredJson.Alert(flagged), StoredJson.AlertHeaders(flagged));
        }

        if (labelsWait)
        {
            var paid = payment.Transaction;
            _labels.Complete(new Label(paid.Id, paid.CardId, paid.TerminalId, paid.EventTimeMs, IsFraud: true));
        }
    }

    private bool Insert(Payment payment, long nowMs)
    {
        var transaction = payment.Transaction;
        var by = payment.ScoredBy!;
        _insert.Text(1, transaction.Id.Utf8)
            .Integer(2, payment.Shard)
            .Text(3, transaction.CardId.Utf8)
            .Text(4, transaction.TerminalId.Utf8)
            .Integer(5, transaction.AmountMinor)
            .Text(6, transaction.Currency.ToString())
            .Integer(7, transaction.EventTimeMs)
            .Text(8, transaction.Source.Utf8)
            .Real(9, payment.Score)
            .Integer(10, (int)payment.Decision)
            .Text(11, payment.Reasons.Count == 0 ? null : StoredJson.Reasons(payment.Reasons))
            .Text(12, by.Model)
            .Text(13, by.Version)
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

    private void Recall(Payment payment)
    {
        if (payment.Reply is null)
        {
            return;
        }

        _stored.Text(1, payment.Transaction.Id.Utf8);
        if (_stored.Step())
        {
            var answer = new StoredAnswer(
                (float)_stored.Real(0),
                (Decision)_stored.Integer(1),
                _stored.IsNull(2) ? [] : StoredJson.ReadReasons(_stored.Text(2)),
                new ScoredBy(_stored.Text(3), _stored.Text(4), (float)_stored.Real(5), (float)_stored.Real(6)));
            answer.GiveTo(payment);
        }

        _stored.Reset();
    }

    private void WriteOutbox(
        int shard, OutboxKind kind, string source, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, string headers) =>
        _outbox.Integer(1, (int)kind).Text(2, source).Blob(3, key).Blob(4, value).Text(5, headers).Integer(6, shard).Run();

    private void WriteOffset(string topic, int partition, long nextOffset) =>
        _offset.Text(1, topic).Integer(2, partition).Integer(3, nextOffset).Run();
}
