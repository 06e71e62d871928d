using Fraud.Model;
using Fraud.Stream.Database;
using Fraud.Stream.ReadModel;
using Fraud.Stream.Retention;
using Fraud.Stream.Shards;

namespace Fraud.Stream.Storage;

/// <summary>
/// The embedded store: SQLite files in WAL mode, one for the journal that payments wait for, one for the rows behind it and all else. One
/// writer at a time in each; readers go on meanwhile. No transaction spans two (rule 29 of docs/decisions/0011).
/// </summary>
public sealed partial class SqliteStore(StorageOptions options, string transactionsTopic, TimeProvider time) : IFraudStore
{
    private readonly Lock _opening = new();
    private readonly SqliteQuestions _questions = new(options, time);
    private SqliteFile? _rows;
    private SqliteFile? _journal;
    private SqliteWriter? _writer;
    private SqliteJournal? _pages;
    private bool _isClosed;

    public string Kind => "sqlite";

    // About 1 ms of work, which a caller over HTTP may have to wait for; larger groups stored no more a second.
    public int GroupSize => 256;

    public bool IsShared => false;

    public FraudDatabase Database => new SqliteDatabase(() => RowsFile, () => Writer, _questions);

    public IRowStore Rows => new SqliteRows(RowsFile, time);

    public IReaderPositions Positions => new SqliteReaderPositions(RowsFile);

    public IEarlierOutbox EarlierOutbox => new SqliteEarlierOutbox(RowsFile);

    public IRetentionStore Retention => new SqliteRetention(RowsFile, JournalFile);

    public void Open()
    {
        lock (_opening)
        {
            if (_isClosed)
            {
                // Who still asks while the service ends must not have the files again, which another may be about to take.
                throw Closed();
            }

            if (_writer is not null)
            {
                return;
            }

            if (Path.GetDirectoryName(Path.GetFullPath(options.SqliteFile)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            SqliteUpgrade.Run(options);
            _journal = new SqliteFile(options.ForFile(options.JournalFile), isFlushed: false);
            _pages = new SqliteJournal(_journal.Writer);
            // Cards contain labels up to a position: none may be lost that they contain.
            _rows = new SqliteFile(options, isFlushed: true);
            _writer = new SqliteWriter(_rows.Writer, time);
            AdoptOffsets(_rows.Writer, _journal.Writer);
        }
    }

    // Until version 7 a table of their own had them. Before they leave it they are in the heads, so that whatever ends this, the next start goes on.
    private void AdoptOffsets(SqliteConnection rows, SqliteConnection journal)
    {
        var old = new List<(long Shard, long Next)>();
        var query = rows.PrepareOnce("SELECT partition, next_offset FROM offsets WHERE topic = ?1").Text(1, transactionsTopic);
        while (query.Step())
        {
            old.Add((query.Integer(0), query.Integer(1)));
        }

        query.Reset();
        if (old.Count == 0)
        {
            return;
        }

        journal.InTransaction(() =>
        {
            foreach (var (shard, next) in old)
            {
                journal.PrepareOnce("UPDATE shards SET next_offset = ?2 WHERE shard = ?1").Integer(1, shard).Integer(2, next).Run();
            }
        });
        rows.InTransaction(() => rows.PrepareOnce("DELETE FROM offsets WHERE topic = ?1").Text(1, transactionsTopic).Run());
    }

    public IReadOnlyList<int> Commit(IReadOnlyList<ShardPage> pages)
    {
        lock (JournalFile.Writing)
        {
            return Pages.Commit(pages, NowMs);
        }
    }

    public IReadOnlyList<LabelChange> CommitLabels(string topic, int partition, long nextOffset, IReadOnlyList<Label> labels)
    {
        lock (RowsFile.Writing)
        {
            return Writer.CommitLabels(topic, partition, nextOffset, labels);
        }
    }

    public IReadOnlyDictionary<int, long> ReadOffsets(string topic) => topic == transactionsTopic
        ? JournalFile.Read("SELECT shard, next_offset FROM shards WHERE next_offset IS NOT NULL", static _ => { }, Offset).ToDictionary()
        : RowsFile.Read("SELECT partition, next_offset FROM offsets WHERE topic = ?1", query => query.Text(1, topic), Offset).ToDictionary();

    public void Ping()
    {
        _ = RowsFile.Read("SELECT count(*) FROM offsets", static _ => { }, static row => row.Integer(0)).First();
        _ = JournalFile.Read("SELECT count(*) FROM shards", static _ => { }, static row => row.Integer(0)).First();
    }

    public StoreCounts Count() => RowsFile.Read(
        """
        SELECT (SELECT count(*) FROM transactions), (SELECT count(*) FROM transactions WHERE decision <> 0), (SELECT count(*) FROM labels)
        """,
        static _ => { },
        static row => new StoreCounts(row.Integer(0), row.Integer(1), row.Integer(2))).First();

    public void Dispose()
    {
        lock (_opening)
        {
            _isClosed = true;
            _journal?.Dispose();
            _rows?.Dispose();
            (_journal, _rows, _pages, _writer) = (null, null, null, null);
        }

        _questions.Dispose();
    }

    private SqliteFile RowsFile => _rows ?? throw NotOpen();

    private SqliteFile JournalFile => _journal ?? throw NotOpen();

    private SqliteWriter Writer => _writer ?? throw NotOpen();

    private SqliteJournal Pages => _pages ?? throw NotOpen();

    private static KeyValuePair<int, long> Offset(SqliteStatement row) => KeyValuePair.Create((int)row.Integer(0), row.Integer(1));

    private static StoreUnavailableException Closed() => new("The store is closed.", new ObjectDisposedException(nameof(SqliteStore)));

    private static InvalidOperationException NotOpen() => new("Open the store first.");
}
