using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
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
    private readonly CommitGroup _group = new();
    private readonly JournalPages _pages = new();
    private readonly HashSet<Payment> _found = [];
    private readonly NpgsqlBatch _take;
    private readonly NpgsqlCommand _move;
    private readonly PostgresOutbox _outbox;
    private readonly NpgsqlCommand _finish;
    private readonly NpgsqlCommand _stored;

    public PostgresWriter(NpgsqlConnection connection, PostgresPartitions partitions, string transactionsTopic, TimeSpan lockTimeout)
    {
        _connection = connection;
        _partitions = partitions;
        _topic = transactionsTopic;
        // Compiling a plan takes longer than moving a batch.
        connection.Execute("SET jit = off; " + PostgresSession.Limits("SESSION", lockTimeout));
        connection.Execute(PostgresSchema.Staging);
        _take = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand($"SELECT pg_advisory_xact_lock_shared({PostgresSession.WaitingLabelsLock})"),
                new NpgsqlBatchCommand(PostgresSchema.TakePositions)
                {
                    Parameters = { Array(NpgsqlDbType.Integer), Array(NpgsqlDbType.Bigint) },
                },
            },
        };
        _take.Prepare();
        _move = Prepare(PostgresSchema.Move);
        _outbox = new PostgresOutbox(connection, transactionsTopic);
        _finish = Prepare(
            PostgresSchema.WritePages,
            Array(NpgsqlDbType.Integer), Array(NpgsqlDbType.Bigint), Array(NpgsqlDbType.Bytea), One(NpgsqlDbType.Bigint),
            One(NpgsqlDbType.Text), Array(NpgsqlDbType.Integer), Array(NpgsqlDbType.Bigint));
        _stored = Prepare(
            """
            SELECT transaction_id, fraud_score, decision, reasons, model, model_version, review_threshold, block_threshold
            FROM transaction_ids i JOIN transactions t USING (transaction_id, position, event_time)
            WHERE i.transaction_id = ANY ($1)
            """,
            Array(NpgsqlDbType.Text));
    }

    /// <returns>Shards with their new positions, by shard.</returns>
    /// <exception cref="ShardsFencedException">The connection can be used again.</exception>
    public IReadOnlyList<ShardPosition> Commit(IReadOnlyList<MicroBatch> batches, ShardLeases leases, long nowMs)
    {
        _group.Fill(batches, leases);
        if (_group.Claims.Count == 0)
        {
            return [];
        }

        _partitions.Ensure(_connection, _group.Scored);
        List<ShardPosition> positions;
        Dictionary<string, StoredAnswer> answers;
        using (var transaction = _connection.BeginTransaction())
        {
            // Before any lock is taken: while rows are copied the server would wait for a stopped process without end.
            CopyResults(nowMs);
            positions = TakePositions();
            MoveResults();
            _outbox.Write(batches, _found);
            WritePagesAndOffsets(positions, nowMs);
            answers = ReadAnswers();
            transaction.Commit();
        }

        // Only now, so that a commit that failed leaves the payments as they came.
        foreach (var payment in _group.Repeated)
        {
            payment.State = PaymentState.Duplicate;
            if (payment.Reply is not null && answers.TryGetValue(payment.Transaction.Id.ToString(), out var answer))
            {
                answer.GiveTo(payment);
            }
        }

        return positions;
    }

    public void Dispose()
    {
        _take.Dispose();
        _move.Dispose();
        _outbox.Dispose();
        _finish.Dispose();
        _stored.Dispose();
        _connection.Dispose();
    }

    private void CopyResults(long nowMs)
    {
        if (_group.Scored.Count == 0)
        {
            return;
        }

        _rows.Begin();
        for (var i = 0; i < _group.Scored.Count; i++)
        {
            WriteRow(i, _group.Scored[i], nowMs);
        }

        _rows.End();
        using var copy = _connection.BeginRawBinaryCopy(PostgresSchema.Copy);
        copy.Write(_rows.Written);
    }

    private List<ShardPosition> TakePositions()
    {
        var positions = new List<ShardPosition>(_group.Claims.Count);
        var parameters = _take.BatchCommands[1].Parameters;
        parameters[0].Value = _group.Claims.Keys.ToArray();
        parameters[1].Value = _group.Claims.Values.ToArray();
        using (var reader = _take.ExecuteReader())
        {
            reader.NextResult();
            while (reader.Read())
            {
                positions.Add(new ShardPosition(reader.GetInt32(0), reader.GetInt64(1)));
            }
        }

        _group.RequireAll(positions);
        positions.Sort(static (left, right) => left.Shard.CompareTo(right.Shard));
        return positions;
    }

    private void MoveResults()
    {
        _found.Clear();
        if (_group.Scored.Count == 0)
        {
            return;
        }

        var labelsWait = false;
        using (var reader = _move.ExecuteReader())
        {
            while (reader.Read())
            {
                var ordinal = reader.GetInt32(0);
                if (ordinal < 0)
                {
                    labelsWait = true;
                    continue;
                }

                var payment = _group.Scored[ordinal];
                _found.Add(payment);
                _group.IsRepeated(payment);
            }
        }

        if (labelsWait)
        {
            PostgresLabels.Complete(_connection, [.. _group.Scored.Where(payment => !_found.Contains(payment))]);
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

    private void WritePagesAndOffsets(List<ShardPosition> positions, long nowMs)
    {
        _pages.Begin(_group.Claims.Keys);
        foreach (var payment in _group.Scored)
        {
            if (!_found.Contains(payment))
            {
                _pages.Add(payment);
            }
        }

        Run(
            _finish,
            positions.Select(static position => position.Shard).ToArray(),
            positions.Select(static position => position.Sequence).ToArray(),
            positions.Select(position => _pages.End(position.Shard).ToArray()).ToArray(),
            nowMs, _topic, _group.Offsets.Keys.ToArray(), _group.Offsets.Values.ToArray());
    }

    private Dictionary<string, StoredAnswer> ReadAnswers()
    {
        var answers = new Dictionary<string, StoredAnswer>();
        var asked = _group.Repeated.Where(static payment => payment.Reply is not null)
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

    private static NpgsqlParameter One(NpgsqlDbType type) => new() { NpgsqlDbType = type };

    private static NpgsqlParameter Array(NpgsqlDbType type) => One(NpgsqlDbType.Array | type);

    private NpgsqlCommand Prepare(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, _connection);
        command.Parameters.AddRange(parameters);
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
