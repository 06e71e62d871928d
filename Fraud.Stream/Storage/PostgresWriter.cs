using Fraud.Model;
using Fraud.Stream.Batching;
using Npgsql;
using NpgsqlTypes;

namespace Fraud.Stream.Storage;

/// <summary>
/// The connection that writes results, with its staging table and prepared statements. One caller at a
/// time; after a failure it is thrown away.
/// </summary>
internal sealed class PostgresWriter : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly PostgresPartitions _partitions;
    private readonly string _topic;
    private readonly PostgresCopyBuffer _rows = new();
    private readonly List<Payment> _scored = [];
    private readonly List<Payment> _repeated = [];
    private readonly HashSet<Payment> _found = [];
    private readonly NpgsqlCommand _move;
    private readonly NpgsqlCommand _outbox;
    private readonly NpgsqlCommand _offsets;
    private readonly NpgsqlCommand _stored;

    public PostgresWriter(NpgsqlConnection connection, PostgresPartitions partitions, string transactionsTopic, TimeSpan lockTimeout)
    {
        _connection = connection;
        _partitions = partitions;
        _topic = transactionsTopic;
        // Compiling a plan takes longer than moving a batch.
        Execute($"SET jit = off; SET lock_timeout = {(long)lockTimeout.TotalMilliseconds}");
        Execute(PostgresSchema.Staging);
        _move = Prepare(PostgresSchema.Move);
        _outbox = Prepare(
            """
            INSERT INTO outbox (kind, source, key, value, headers)
            SELECT * FROM unnest($1, $2, $3, $4, $5) ON CONFLICT (source) DO NOTHING
            """,
            NpgsqlDbType.Smallint, NpgsqlDbType.Text, NpgsqlDbType.Bytea, NpgsqlDbType.Bytea, NpgsqlDbType.Text);
        _offsets = Prepare(
            """
            INSERT INTO offsets (topic, partition, next_offset) SELECT * FROM unnest($1, $2, $3)
            ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset
            """,
            NpgsqlDbType.Text, NpgsqlDbType.Integer, NpgsqlDbType.Bigint);
        _stored = Prepare(
            """
            SELECT transaction_id, fraud_score, decision, reasons, model, model_version, review_threshold, block_threshold
            FROM transaction_ids i JOIN transactions t USING (transaction_id, position, event_time)
            WHERE i.transaction_id = ANY ($1)
            """,
            NpgsqlDbType.Text);
    }

    public void Commit(IReadOnlyList<MicroBatch> batches, long nowMs)
    {
        Sort(batches);
        _partitions.Ensure(_connection, _scored);
        Dictionary<string, StoredAnswer> answers;
        using (var transaction = _connection.BeginTransaction())
        {
            WriteResults(nowMs);
            WriteOutbox(batches);
            WriteOffsets(batches);
            answers = ReadAnswers();
            transaction.Commit();
        }

        // Only now, so that a commit that failed leaves the payments as they came.
        foreach (var payment in _repeated)
        {
            payment.State = PaymentState.Duplicate;
            if (payment.Reply is not null && answers.TryGetValue(payment.Transaction.Id.ToString(), out var answer))
            {
                answer.GiveTo(payment);
            }
        }
    }

    public void Dispose()
    {
        _move.Dispose();
        _outbox.Dispose();
        _offsets.Dispose();
        _stored.Dispose();
        _connection.Dispose();
    }

    private void Sort(IReadOnlyList<MicroBatch> batches)
    {
        _scored.Clear();
        _repeated.Clear();
        foreach (var batch in batches)
        {
            foreach (var payment in batch.Payments)
            {
                switch (payment.State)
                {
                    case PaymentState.Scored:
                        _scored.Add(payment);
                        break;
                    case PaymentState.Duplicate:
                        _repeated.Add(payment);
                        break;
                    case PaymentState.Received:
                        throw new InvalidOperationException("A payment reached the store unscored.");
                }
            }
        }
    }

    private void WriteResults(long nowMs)
    {
        _found.Clear();
        if (_scored.Count == 0)
        {
            return;
        }

        _rows.Begin();
        for (var i = 0; i < _scored.Count; i++)
        {
            WriteRow(i, _scored[i], nowMs);
        }

        _rows.End();
        using (var copy = _connection.BeginRawBinaryCopy(PostgresSchema.Copy))
        {
            copy.Write(_rows.Written);
        }

        using var reader = _move.ExecuteReader();
        while (reader.Read())
        {
            var payment = _scored[reader.GetInt32(0)];
            _found.Add(payment);
            _repeated.Add(payment);
        }
    }

    private void WriteRow(int ordinal, Payment payment, long nowMs)
    {
        var transaction = payment.Transaction;
        var by = payment.ScoredBy!;
        _rows.Row(PostgresSchema.CopiedColumns)
            .Integer(ordinal)
            .Text(transaction.Id.Utf8)
            .Integer(payment.Shard)
            .Text(transaction.CardId.Utf8)
            .Text(transaction.TerminalId.Utf8)
            .Long(transaction.AmountMinor)
            .Text(transaction.Currency.ToString())
            .Long(transaction.EventTimeMs)
            .Text(transaction.Source.Utf8)
            .Real(payment.Score)
            .Short((short)payment.Decision)
            .Text(payment.Reasons.Count == 0 ? null : StoredJson.Reasons(payment.Reasons))
            .Text(by.Model)
            .Text(by.Version)
            .Real(by.ReviewThreshold)
            .Real(by.BlockThreshold)
            .Reals(payment.Features);
        _ = payment.KafkaOffset >= 0 ? _rows.Long(payment.KafkaOffset) : _rows.Null();
        _rows.Long(nowMs);
    }

    private void WriteOutbox(IReadOnlyList<MicroBatch> batches)
    {
        List<short> kinds = [];
        List<string> sources = [];
        List<byte[]> keys = [];
        List<byte[]> values = [];
        List<string> headers = [];
        foreach (var batch in batches)
        {
            foreach (var payment in batch.Payments)
            {
                if (payment.State is PaymentState.Undecodable)
                {
                    Add(OutboxKind.DeadLetter, StoredJson.DeadLetterSource(payment, _topic), payment.DeadLetter!.Key,
                        payment.DeadLetter.Value, StoredJson.DeadLetterHeaders(payment, _topic));
                }
                else if (payment.State is PaymentState.Scored && payment.Decision is not Decision.Approve && !_found.Contains(payment))
                {
                    Add(OutboxKind.Alert, StoredJson.AlertId(payment), payment.Transaction.CardId.Utf8.ToArray(),
                        StoredJson.Alert(payment), StoredJson.AlertHeaders(payment));
                }
            }
        }

        if (kinds.Count > 0)
        {
            Run(_outbox, kinds.ToArray(), sources.ToArray(), keys.ToArray(), values.ToArray(), headers.ToArray());
        }

        void Add(OutboxKind kind, string source, byte[] key, byte[] value, string header)
        {
            kinds.Add((short)kind);
            sources.Add(source);
            keys.Add(key);
            values.Add(value);
            headers.Add(header);
        }
    }

    private void WriteOffsets(IReadOnlyList<MicroBatch> batches)
    {
        // One statement may touch a row once; batches of a partition come in order, so the last one counts.
        var next = new SortedDictionary<int, long>();
        foreach (var batch in batches)
        {
            if (batch.IsFromKafka && batch.Count > 0)
            {
                next[batch.KafkaPartition] = batch.Payments[^1].KafkaOffset + 1;
            }
        }

        if (next.Count > 0)
        {
            Run(_offsets, Enumerable.Repeat(_topic, next.Count).ToArray(), next.Keys.ToArray(), next.Values.ToArray());
        }
    }

    private Dictionary<string, StoredAnswer> ReadAnswers()
    {
        var answers = new Dictionary<string, StoredAnswer>();
        var asked = _repeated.Where(static payment => payment.Reply is not null)
            .Select(static payment => payment.Transaction.Id.ToString()).ToArray();
        if (asked.Length == 0)
        {
            return answers;
        }

        _stored.Parameters[0].Value = asked;
        using var reader = _stored.ExecuteReader();
        while (reader.Read())
        {
            answers[reader.GetString(0)] = new StoredAnswer(
                reader.GetFloat(1),
                (Decision)reader.GetInt16(2),
                reader.IsDBNull(3) ? [] : StoredJson.ReadReasons(reader.GetString(3)),
                new ScoredBy(reader.GetString(4), reader.GetString(5), reader.GetFloat(6), reader.GetFloat(7)));
        }

        return answers;
    }

    private NpgsqlCommand Prepare(string sql, params NpgsqlDbType[] arrays)
    {
        var command = new NpgsqlCommand(sql, _connection);
        foreach (var type in arrays)
        {
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type });
        }

        command.Prepare();
        return command;
    }

    private static void Run(NpgsqlCommand command, params object[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    private void Execute(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection);
        command.ExecuteNonQuery();
    }

    private sealed record StoredAnswer(float Score, Decision Decision, IReadOnlyList<string> Reasons, ScoredBy ScoredBy)
    {
        public void GiveTo(Payment payment)
        {
            payment.Score = Score;
            payment.Decision = Decision;
            payment.Reasons = Reasons;
            payment.ScoredBy = ScoredBy;
        }
    }
}
