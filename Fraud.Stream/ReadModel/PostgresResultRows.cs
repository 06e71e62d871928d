using Fraud.Model;
using Fraud.Stream.Journal;
using Fraud.Stream.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Fraud.Stream.ReadModel;

/// <summary><see cref="IResultRows"/> in PostgreSQL.</summary>
internal sealed class PostgresResultRows : IResultRows
{
    private const string Retract = """
        UPDATE repeated_payments n SET retracted = taken.page FROM unnest($1, $2, $3, $4) AS taken (shard, sequence, ordinal, page)
        WHERE n.shard = taken.shard AND n.sequence = taken.sequence AND n.ordinal = taken.ordinal
        """;

    private const string MovePosition =
        "UPDATE reader_positions SET position = $3 WHERE reader = 'results' AND shard = $1 AND generation = $2 AND position = $4";

    private readonly NpgsqlConnection _connection;
    private readonly PostgresPartitions _partitions;
    private readonly PostgresRowStaging _staging;
    private readonly PostgresRefusedRows _parked;
    private readonly NpgsqlCommand _position;
    private readonly List<Label> _stored = [];

    /// <param name="connection">One of its own, which it disposes of. After a failure that is no refusal neither is used again.</param>
    public PostgresResultRows(NpgsqlConnection connection, PostgresPartitions partitions, TimeSpan lockTimeout, TimeProvider time)
    {
        _connection = connection;
        _partitions = partitions;
        _parked = new PostgresRefusedRows(connection, time);
        // Compiling a plan takes longer than moving rows.
        connection.Execute("SET jit = off; " + PostgresSession.Limits("SESSION", lockTimeout));
        _staging = new PostgresRowStaging(connection);
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

    public RowsWritten Write(IReadOnlyList<FollowedPage> pages) => PostgresRefusals.Guard(() =>
    {
        var shards = PagesOfShard.Of(pages);
        EnsurePartitions(pages);
        using var transaction = Begin();
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
        var (rows, repeats) = WriteRows([.. written.Select(PageSlice.All)]);
        // Behind the notes: a page may take back what one before it has.
        CloseNotes(written);
        transaction.Commit();
        return new RowsWritten(rows, repeats, lost);
    });

    /// <remarks>
    /// Parts of one transaction and not transactions of their own: the position moves with all of the page, and what is refused for another payment
    /// of the page is found as well.
    /// </remarks>
    public RowsWritten WriteApart(FollowedPage page) => PostgresRefusals.Guard(() =>
    {
        EnsurePartitions([page]);
        using var transaction = Begin();
        if (!TryMove(PagesOfShard.Of([page])[0]))
        {
            return new RowsWritten(0, 0, [page.Shard]);
        }

        // Those that are asked at the end would name no payment.
        _connection.Execute("SET CONSTRAINTS ALL IMMEDIATE");
        var (rows, repeats) = (0, 0);
        List<RefusedPlace> refused = [];
        Halving.Run<RowsRefusedException>(
            0, new PageReader(page.Bytes.Span).Count ?? 0, (from, to) =>
            {
                var (some, again) = (0, 0);
                var why = transaction.TryPart(() =>
                {
                    _staging.Clear();
                    (some, again) = WriteRows([new PageSlice(page, from, to)]);
                });
                (rows, repeats) = why is null ? (rows + some, repeats + again) : (rows, repeats);
                return why;
            }, (ordinal, why) =>
            {
                if (_parked.TryPark(transaction, page, ordinal, why))
                {
                    refused.Add(new RefusedPlace(page.Shard, new JournalPlace(page.Sequence, ordinal), why.Error));
                }
                else
                {
                    repeats++;
                }
            });
        CloseNotes([page]);
        transaction.Commit();
        return new RowsWritten(rows, repeats, []) { Refused = refused };
    });

    public RetryOutcome Retry(RefusedRow parked) => PostgresRefusals.Guard(() =>
    {
        _partitions.Ensure(_connection, parked.EventTimeMs);
        using var transaction = Begin();
        _connection.Execute("SET CONSTRAINTS ALL IMMEDIATE");
        if (!_parked.TryLock(parked))
        {
            return RetryOutcome.Gone;
        }

        var isTaken = false;
        if (transaction.TryPart(() =>
        {
            // Before its row: its own id must not stand in its way.
            _parked.Leave(parked);
            isTaken = WriteRows([PageSlice.Of(parked)]).Repeats > 0;
        }) is { } why)
        {
            _parked.RefusedAgain(parked, why);
            transaction.Commit();
            return RetryOutcome.Refused;
        }

        if (isTaken)
        {
            // The note goes too: its page may have left, and then nothing could close it.
            transaction.Rollback();
            return RetryOutcome.IdIsTaken;
        }

        transaction.Commit();
        return RetryOutcome.Written;
    });

    public void Dispose()
    {
        _staging.Dispose();
        _position.Dispose();
        _connection.Dispose();
    }

    private NpgsqlTransaction Begin()
    {
        var transaction = _connection.BeginTransaction();
        _connection.Execute($"SELECT pg_advisory_xact_lock_shared({PostgresSession.WaitingLabelsLock})");
        return transaction;
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
    private void EnsurePartitions(IReadOnlyList<FollowedPage> pages)
    {
        foreach (var followed in pages)
        {
            var page = new PageReader(followed.Bytes.Span);
            while (page.Read())
            {
                _partitions.Ensure(_connection, page.Payment.EventTimeMs);
            }
        }
    }

    private (int Rows, int Repeats) WriteRows(IReadOnlyList<PageSlice> slices)
    {
        var rows = _staging.Copy(slices);
        if (rows == 0)
        {
            return (0, 0);
        }

        var (found, labelsWait) = _staging.MoveRows();
        var repeats = _staging.Note(found);
        if (labelsWait)
        {
            CompleteLabels(slices, found);
        }

        return (rows - found.Count, repeats);
    }

    private void CloseNotes(IReadOnlyList<FollowedPage> pages)
    {
        List<(int Shard, JournalPlace Place, long Page)> taken = [];
        foreach (var followed in pages)
        {
            var page = new PageReader(followed.Bytes.Span);
            while (page.ReadRetraction() is { } back)
            {
                taken.Add((followed.Shard, new JournalPlace(back.Sequence, back.PaymentOrdinal), followed.Sequence));
            }
        }

        if (taken.Count > 0)
        {
            _connection.Execute(
                Retract, taken.Select(static each => each.Shard).ToArray(), taken.Select(static each => each.Place.Sequence).ToArray(),
                taken.Select(static each => each.Place.Ordinal).ToArray(), taken.Select(static each => each.Page).ToArray());
        }
    }

    private void CompleteLabels(IReadOnlyList<PageSlice> slices, HashSet<int> found)
    {
        var number = 0;
        _stored.Clear();
        foreach (var slice in slices)
        {
            var page = new PageReader(slice.Page.Bytes.Span);
            while (slice.Read(ref page))
            {
                ref var payment = ref page.Payment;
                if (!found.Contains(number++))
                {
                    _stored.Add(new Label(payment.Id, payment.CardId, payment.TerminalId, payment.EventTimeMs, IsFraud: false));
                }
            }
        }

        PostgresLabels.Complete(_connection, _stored);
    }
}
