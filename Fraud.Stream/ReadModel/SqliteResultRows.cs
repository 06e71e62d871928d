using Fraud.Stream.Journal;
using Fraud.Stream.Storage;

namespace Fraud.Stream.ReadModel;

/// <summary><see cref="IResultRows"/> in SQLite: prepared statements, in large transactions.</summary>
internal sealed class SqliteResultRows : IResultRows
{
    private readonly SqliteFile _file;
    private readonly SqliteConnection _connection;
    private readonly SqliteRowWriter _writer;
    private readonly SqliteStatement _take;
    private readonly SqliteStatement _position;
    private readonly SqliteStatement _move;

    /// <param name="file">Its writing connection is shared: who has the lock uses it.</param>
    public SqliteResultRows(SqliteFile file, TimeProvider time)
    {
        _file = file;
        var connection = _connection = file.Writer;
        _writer = new SqliteRowWriter(connection, time);
        _take = connection.PrepareOnce(SqliteReaderPositions.TakeSql);
        _position = connection.PrepareOnce(SqliteReaderPositions.PositionSql);
        _move = connection.PrepareOnce(
            "UPDATE reader_positions SET position = ?3 WHERE reader = 'results' AND shard = ?1 AND generation = ?2 AND position = ?4");
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
        _writer.Begin();
        List<int> lost = [];
        lock (_file.Writing)
        {
            // Rows can be made again, so no flush is waited for; but labels are flushed, and so is what completes one.
            _writer.Look();
            var isDone = false;
            if (!_writer.LabelsWait)
            {
                _file.WithoutFlush(() => isDone = TryWrite(pages, lost, isFlushed: false));
            }

            _ = isDone || TryWrite(pages, lost, isFlushed: true);
        }

        return new RowsWritten(_writer.Payments, _writer.Repeats, lost);
    }

    /// <remarks>
    /// Parts of one transaction and not transactions of their own: the position moves with all of the page, and what is refused for another payment
    /// of the page is found as well.
    /// </remarks>
    public RowsWritten WriteApart(FollowedPage page)
    {
        _writer.Begin();
        List<int> lost = [];
        List<RefusedPlace> refused = [];
        lock (_file.Writing)
        {
            // Flushed, whether a label waits or not: it is rare.
            _connection.InTransaction(() =>
            {
                _writer.Look();
                if (!TryMove(PagesOfShard.Of([page])[0]))
                {
                    lost.Add(page.Shard);
                    return;
                }

                Halving.Run<RowsRefusedException>(
                    0, new PageReader(page.Bytes.Span).Count ?? 0, (from, to) => _writer.TryWrite(new PageSlice(page, from, to)), (ordinal, why) =>
                    {
                        if (_writer.TryPark(page, ordinal, why))
                        {
                            refused.Add(new RefusedPlace(page.Shard, new JournalPlace(page.Sequence, ordinal), why.Error));
                        }
                    });
                _writer.CloseNotes(page);
            });
        }

        return new RowsWritten(_writer.Payments, _writer.Repeats, lost) { Refused = refused };
    }

    public RetryOutcome Retry(RefusedRow parked)
    {
        var outcome = RetryOutcome.Gone;
        lock (_file.Writing)
        {
            _connection.InTransaction(() =>
            {
                _writer.Look();
                outcome = _writer.Retry(parked);
            });
        }

        return outcome;
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
            _writer.Look();
            if (_writer.LabelsWait && !isFlushed)
            {
                return false;
            }

            foreach (var shard in PagesOfShard.Of(pages))
            {
                if (!TryMove(shard))
                {
                    lost.Add(shard.Shard);
                }
            }

            // Positions in the order of shards, rows as they came.
            foreach (var page in pages)
            {
                if (!lost.Contains(page.Shard))
                {
                    _writer.Write(PageSlice.All(page));
                    _writer.CloseNotes(page);
                }
            }

            return true;
        });
    }

    private bool TryMove(in PagesOfShard shard)
    {
        _move.Integer(1, shard.Shard).Integer(2, shard.Generation).Integer(3, shard.Last).Integer(4, shard.First - 1).Run();
        return _connection.Changes > 0;
    }
}
