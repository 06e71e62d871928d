using Fraud.Model;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Fraud.Stream.ReadModel;

/// <summary><see cref="IResultRows"/> in PostgreSQL: rows are copied into a table of the session and moved from there.</summary>
internal sealed class PostgresResultRows : IResultRows
{
    private const short CopiedColumns = 21;

    private const string Columns =
        "transaction_id, shard, card_id, terminal_id, amount_minor, currency, event_time, source, fraud_score, decision, "
        + "reasons, model, model_version, review_threshold, block_threshold, features, kafka_offset, scored_at, sequence, ordinal";

    // Positions follow the order of copying.
    private const string Staging = """
        CREATE TEMP TABLE result_rows (
            position bigint NOT NULL DEFAULT nextval('transactions_position'), number integer NOT NULL,
            transaction_id text, shard integer, card_id text, terminal_id text, amount_minor bigint, currency text,
            event_time bigint, source text, fraud_score real, decision smallint, reasons text, model text,
            model_version text, review_threshold real, block_threshold real, features real[], kafka_offset bigint,
            scored_at bigint, sequence bigint, ordinal integer
        ) ON COMMIT DELETE ROWS
        """;

    private const string Copy = $"COPY result_rows (number, {Columns}) FROM STDIN (FORMAT BINARY)";

    // Answers the numbers of those whose ids were there already, and -1 when labels wait for payments.
    private const string Move = $"""
        WITH fresh AS (
            INSERT INTO transaction_ids (transaction_id, position, event_time)
            SELECT transaction_id, position, event_time FROM result_rows ORDER BY position
            ON CONFLICT (transaction_id) DO NOTHING
            RETURNING position
        ), stored AS (
            INSERT INTO transactions (position, {Columns})
            SELECT position, {Columns} FROM result_rows JOIN fresh USING (position)
        )
        SELECT number FROM result_rows LEFT JOIN fresh USING (position) WHERE fresh.position IS NULL
        UNION ALL
        SELECT -1 WHERE EXISTS (SELECT FROM waiting_labels)
        """;

    // Of the repeats, those that are not their own rows, read a second time.
    private const string Repeat = """
        INSERT INTO repeated_payments (shard, sequence, ordinal, transaction_id)
        SELECT r.shard, r.sequence, r.ordinal, r.transaction_id FROM result_rows r
        WHERE r.number = ANY ($1) AND NOT EXISTS (
            SELECT FROM transaction_ids i JOIN transactions t USING (transaction_id, position, event_time)
            WHERE i.transaction_id = r.transaction_id AND t.shard = r.shard AND t.sequence = r.sequence AND t.ordinal = r.ordinal)
        ON CONFLICT DO NOTHING
        """;

    private const string Retract = """
        UPDATE repeated_payments n SET retracted = taken.page FROM unnest($1, $2, $3, $4) AS taken (shard, sequence, ordinal, page)
        WHERE n.shard = taken.shard AND n.sequence = taken.sequence AND n.ordinal = taken.ordinal
        """;

    private const string MovePosition =
        "UPDATE reader_positions SET position = $3 WHERE reader = 'results' AND shard = $1 AND generation = $2 AND position = $4";

    private readonly NpgsqlConnection _connection;
    private readonly PostgresPartitions _partitions;
    private readonly PostgresCopyBuffer _rows = new();
    private readonly NpgsqlCommand _move;
    private readonly NpgsqlCommand _position;
    private readonly List<Label> _stored = [];
    private readonly List<(int Shard, JournalPlace Place, long Page)> _retracted = [];

    /// <param name="connection">One of its own, which it disposes of. After a failure neither is used again.</param>
    public PostgresResultRows(NpgsqlConnection connection, PostgresPartitions partitions, TimeSpan lockTimeout)
    {
        _connection = connection;
        _partitions = partitions;
        // Compiling a plan takes longer than moving rows.
        connection.Execute("SET jit = off; " + PostgresSession.Limits("SESSION", lockTimeout));
        connection.Execute(Staging);
        _move = new NpgsqlCommand(Move, connection);
        _move.Prepare();
        _position = new NpgsqlCommand(MovePosition, connection);
        foreach (var type in (ReadOnlySpan<NpgsqlDbType>)[NpgsqlDbType.Integer, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint])
        {
            _position.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type });
        }

        _position.Prepare();
    }

    public long? Take(int shard, long generation) => PostgresErrors.Guard(() =>
        _connection.Query(PostgresReaderPositions.TakeSql, static row => row.GetInt64(0), JournalReaders.Results, shard, generation) is [var position]
            ? position : (long?)null);

    public RowsWritten Write(IReadOnlyList<FollowedPage> pages) => PostgresErrors.Guard(() =>
    {
        var shards = PagesOfShard.Of(pages);
        EnsurePartitions(shards);
        using var transaction = _connection.BeginTransaction();
        _connection.Execute($"SELECT pg_advisory_xact_lock_shared({PostgresSession.WaitingLabelsLock})");
        List<int> lost = [];
        foreach (var shard in shards)
        {
            if (!TryMove(shard))
            {
                lost.Add(shard.Shard);
            }
        }

        // Positions in the order of shards, rows as they came.
        var written = lost.Count == 0 ? pages : [.. pages.Where(page => !lost.Contains(page.Shard))];
        var (rows, repeats) = written.Count > 0 ? WriteRows(written) : (0, 0);
        transaction.Commit();
        return new RowsWritten(rows, repeats, lost);
    });

    public void Dispose()
    {
        _move.Dispose();
        _position.Dispose();
        _connection.Dispose();
    }

    private bool TryMove(in PagesOfShard shard)
    {
        _position.Parameters[0].Value = shard.Shard;
        _position.Parameters[1].Value = shard.Generation;
        _position.Parameters[2].Value = shard.Last;
        _position.Parameters[3].Value = shard.First - 1;
        return _position.ExecuteNonQuery() == 1;
    }

    // Before the transaction: to make one waits for those who read the table.
    private void EnsurePartitions(IReadOnlyList<PagesOfShard> shards)
    {
        foreach (var followed in shards.SelectMany(static shard => shard.Pages))
        {
            var page = new PageReader(followed.Bytes.Span);
            while (page.Read())
            {
                _partitions.Ensure(_connection, page.Payment.EventTimeMs);
            }
        }
    }

    private (int Rows, int Repeats) WriteRows(IReadOnlyList<FollowedPage> pages)
    {
        var rows = CopyRows(pages);
        var found = 0;
        if (rows > 0)
        {
            var (numbers, labelsWait) = MoveRows();
            found = numbers.Count;
            _ = found > 0 ? _connection.Execute(Repeat, (object)numbers.ToArray()) : 0;
            if (labelsWait)
            {
                CompleteLabels(pages, numbers);
            }
        }

        // Behind the notes: a page may take back what one before it has.
        CloseNotes();
        return (rows - found, found);
    }

    private void CloseNotes()
    {
        if (_retracted.Count > 0)
        {
            _connection.Execute(
                Retract,
                _retracted.Select(static taken => taken.Shard).ToArray(), _retracted.Select(static taken => taken.Place.Sequence).ToArray(),
                _retracted.Select(static taken => taken.Place.Ordinal).ToArray(), _retracted.Select(static taken => taken.Page).ToArray());
        }
    }

    private int CopyRows(IReadOnlyList<FollowedPage> pages)
    {
        var number = 0;
        _rows.Begin();
        _retracted.Clear();
        foreach (var followed in pages)
        {
            var page = new PageReader(followed.Bytes.Span);
            while (page.Read())
            {
                // A bare one is of before: its row was written with its page.
                if (!page.Payment.IsBare)
                {
                    AddRow(number++, ref page, followed);
                }
            }

            while (page.ReadRetraction() is { } taken)
            {
                _retracted.Add((followed.Shard, new JournalPlace(taken.Sequence, taken.PaymentOrdinal), followed.Sequence));
            }
        }

        if (number > 0)
        {
            _rows.End();
            using var copy = _connection.BeginRawBinaryCopy(Copy);
            copy.Write(_rows.Written);
        }

        return number;
    }

    private void AddRow(int number, ref PageReader page, in FollowedPage followed)
    {
        ref var payment = ref page.Payment;
        var by = page.ScoredBy!;
        var reasons = page.Reasons();
        _rows.Row(CopiedColumns)
            .Integer(number)
            .Text(payment.Id.Utf8)
            .Integer(followed.Shard)
            .Text(payment.CardId.Utf8)
            .Text(payment.TerminalId.Utf8)
            .Long(payment.AmountMinor)
            .Text(payment.Currency.ToString())
            .Long(payment.EventTimeMs)
            .Text(payment.Source.Utf8)
            .Real(payment.Score)
            .Short((short)payment.Decision)
            .Text(reasons.Count == 0 ? null : StoredJson.Reasons(reasons))
            .Text(by.Model)
            .Text(by.Version)
            .Real(by.ReviewThreshold)
            .Real(by.BlockThreshold)
            // Empty where they were not kept.
            .Reals(page.Features());
        _ = payment.KafkaOffset >= 0 ? _rows.Long(payment.KafkaOffset) : _rows.Null();
        _rows.Long(page.StoredAtMs).Long(followed.Sequence).Integer(page.Ordinal);
    }

    private (HashSet<int> Found, bool LabelsWait) MoveRows()
    {
        var found = new HashSet<int>();
        var labelsWait = false;
        using var reader = _move.ExecuteReader();
        while (reader.Read())
        {
            _ = reader.GetInt32(0) is >= 0 and var number ? found.Add(number) : labelsWait = true;
        }

        return (found, labelsWait);
    }

    private void CompleteLabels(IReadOnlyList<FollowedPage> pages, HashSet<int> found)
    {
        var number = 0;
        _stored.Clear();
        foreach (var followed in pages)
        {
            var page = new PageReader(followed.Bytes.Span);
            while (page.Read())
            {
                ref var payment = ref page.Payment;
                if (!payment.IsBare && !found.Contains(number++))
                {
                    _stored.Add(new Label(payment.Id, payment.CardId, payment.TerminalId, payment.EventTimeMs, IsFraud: false));
                }
            }
        }

        PostgresLabels.Complete(_connection, _stored);
    }
}
