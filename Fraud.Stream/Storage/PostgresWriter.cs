using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.Shards;
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
    private readonly JournalPages _pages;
    private readonly HashSet<Payment> _found = [];
    private readonly PostgresHeads _heads;
    private readonly NpgsqlCommand _move;
    private readonly PostgresOutbox _outbox;
    private readonly NpgsqlCommand _finish;
    private readonly NpgsqlCommand _stored;

    public PostgresWriter(NpgsqlConnection connection, PostgresPartitions partitions, string transactionsTopic, FeatureSample sample, TimeSpan lockTimeout)
    {
        _pages = new JournalPages(sample);
        _connection = connection;
        _partitions = partitions;
        _topic = transactionsTopic;
        // Compiling a plan takes longer than moving a batch.
        connection.Execute("SET jit = off; " + PostgresSession.Limits("SESSION", lockTimeout));
        connection.Execute(PostgresSchema.Staging);
        _heads = new PostgresHeads(connection);
        _move = Prepare(PostgresSchema.Move);
        _outbox = new PostgresOutbox(connection, transactionsTopic);
        _finish = Prepare(
            PostgresSchema.WritePages,
            Array(NpgsqlDbType.Integer), Array(NpgsqlDbType.Bigint), Array(NpgsqlDbType.Bytea), One(NpgsqlDbType.Bigint),
            One(NpgsqlDbType.Text), Array(NpgsqlDbType.Integer), Array(NpgsqlDbType.Bigint));
        _stored = Prepare(PostgresAnswers.Select, Array(NpgsqlDbType.Text));
    }

    /// <returns>Shards whose head was not as expected; none, and all was written. The connection can be used again.</returns>
    public IReadOnlyList<int> Commit(IReadOnlyList<MicroBatch> batches, IReadOnlyList<ShardCommit> commits, long nowMs)
    {
        _group.Fill(batches, commits);
        if (_group.Commits.Count == 0)
        {
            return [];
        }

        _partitions.Ensure(_connection, _group.Scored);
        Dictionary<string, StoredAnswer> answers;
        using (var transaction = _connection.BeginTransaction())
        {
            // Before any lock is taken: while rows are copied the server would wait for a stopped process without end.
            CopyResults(nowMs);
            var missing = _heads.Take(_group.Commits);
            if (missing.Count > 0)
            {
                transaction.Rollback();
                return missing;
            }

            MoveResults();
            _outbox.Write(batches, _found);
            WritePagesAndOffsets(batches, nowMs);
            answers = ReadAnswers();
            // An exception from here on leaves it unknown whether the commit took place.
            transaction.Commit();
        }

        // Only now, so that a commit that failed leaves the payments as they came.
        PostgresAnswers.Give(_group.Repeated, answers);
        return [];
    }

    public void Dispose()
    {
        _heads.Dispose();
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
            PostgresLabels.Complete(_connection, [.. _group.Scored.Where(payment => !_found.Contains(payment)).Select(static payment => Paid(payment.Transaction))]);
        }
    }

    private static Label Paid(Transaction paid) => new(paid.Id, paid.CardId, paid.TerminalId, paid.EventTimeMs, IsFraud: true);

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

    private void WritePagesAndOffsets(IReadOnlyList<MicroBatch> batches, long nowMs)
    {
        _pages.Begin(_group.Commits, nowMs);
        foreach (var batch in batches)
        {
            foreach (var payment in batch.Payments)
            {
                if (payment.State == PaymentState.Undecodable || (payment.State == PaymentState.Scored && !_found.Contains(payment)))
                {
                    _pages.Add(payment);
                }
            }
        }

        var commits = _group.Commits;
        ShardCommit[] moved = [.. commits.Where(static commit => commit.NextOffset is not null)];
        Run(
            _finish,
            commits.Select(static commit => commit.Shard).ToArray(),
            commits.Select(static commit => commit.Sequence).ToArray(),
            commits.Select(commit => _pages.End(commit).ToArray()).ToArray(),
            nowMs, _topic, moved.Select(static commit => commit.Shard).ToArray(), moved.Select(static commit => commit.NextOffset!.Value).ToArray());
    }

    private Dictionary<string, StoredAnswer> ReadAnswers()
    {
        var answers = new Dictionary<string, StoredAnswer>();
        if (PostgresAnswers.Asked(_group.Repeated) is not { Length: > 0 } asked)
        {
            return answers;
        }

        _stored.Parameters[0].Value = asked;
        using var reader = _stored.ExecuteReader();
        while (reader.Read())
        {
            var (id, answer) = PostgresAnswers.Row(reader);
            answers[id] = answer;
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
}
