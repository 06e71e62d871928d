using System.Text.Json;
using Fraud.Model;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Stream.Shards;
using Microsoft.Win32.SafeHandles;

namespace Fraud.Stream.Storage;

/// <summary>
/// The embedded store: one SQLite file in WAL mode. One writer at a time; readers go on meanwhile.
/// </summary>
public sealed partial class SqliteStore(StorageOptions options, string transactionsTopic, TimeProvider time) : IFraudStore
{
    // SQLite takes one writer; waiting here is fair and cheap, waiting in SQLite is polling.
    private readonly Lock _writing = new();
    private readonly SqliteQuestions _questions = new(options, time);
    private SqliteWriter? _writer;
    private SqliteCheckpointer? _checkpointer;
    private SafeFileHandle? _file;
    private readonly SqliteReaders _readers = new(options);

    public string Kind => "sqlite";

    // About 1 ms of work, which a caller over HTTP may have to wait for; larger groups stored no more a second.
    public int GroupSize => 256;

    public bool IsShared => false;

    public void Open()
    {
        lock (_writing)
        {
            if (_writer is not null)
            {
                return;
            }

            if (Path.GetDirectoryName(Path.GetFullPath(options.SqliteFile)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            using (var connection = new SqliteConnection(options))
            {
                SqliteUpgrade.Run(connection);
            }

            var writer = new SqliteConnection(options);
            _writer = new SqliteWriter(writer, transactionsTopic, new FeatureSample(options.FeatureSample));
            _file = File.OpenHandle(options.SqliteFile, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            _checkpointer = new SqliteCheckpointer(new SqliteConnection(options), writer, _file, _writing);
        }
    }

    public IReadOnlyList<int> Commit(IReadOnlyList<MicroBatch> batches, IReadOnlyList<ShardCommit> commits)
    {
        lock (_writing)
        {
            return Writer.Commit(batches, commits, NowMs);
        }
    }

    public void Settle(IReadOnlyList<MicroBatch> batches, IReadOnlyList<ShardCommit> done)
    {
        var repeated = SettledRepeats.Find(this, batches, done);
        lock (_writing)
        {
            Writer.Recall(repeated);
        }
    }

    public IReadOnlyList<LabelChange> CommitLabels(
        string topic, int partition, long nextOffset, IReadOnlyList<Label> labels, IReadOnlyList<UnreadableLabel> unreadable)
    {
        lock (_writing)
        {
            return Writer.CommitLabels(topic, partition, nextOffset, labels, unreadable);
        }
    }

    public void MarkSent(IReadOnlyList<long> outboxIds)
    {
        lock (_writing)
        {
            Writer.MarkSent(outboxIds);
        }
    }

    public IReadOnlyDictionary<int, long> ReadOffsets(string topic) =>
        Read("SELECT partition, next_offset FROM offsets WHERE topic = ?1",
                query => query.Text(1, topic),
                static row => KeyValuePair.Create((int)row.Integer(0), row.Integer(1)))
            .ToDictionary();

    // By id and not by shard: the one node of a file owns nearly all of them.
    public IReadOnlyList<OutboxRecord> ReadOutbox(IReadOnlyCollection<int> shards, int limit) =>
        [.. Read(
            """
            SELECT id, kind, key, value, headers FROM outbox
            WHERE sent = 0 AND shard IN (SELECT value FROM json_each(?1)) ORDER BY id LIMIT ?2
            """,
            query => query.Text(1, JsonSerializer.Serialize(shards)).Integer(2, limit),
            static row => new OutboxRecord(
                row.Integer(0), (OutboxKind)row.Integer(1), row.Blob(2), row.Blob(3), StoredJson.ReadHeaders(row.Text(4))))];

    public void Ping() => _ = Read("SELECT count(*) FROM offsets", static _ => { }, static row => row.Integer(0)).First();

    public StoreCounts Count() => Read(
        """
        SELECT (SELECT count(*) FROM transactions), (SELECT count(*) FROM outbox WHERE kind = 1),
               (SELECT count(*) FROM outbox WHERE sent = 0), (SELECT count(*) FROM labels)
        """,
        static _ => { },
        static row => new StoreCounts(row.Integer(0), row.Integer(1), row.Integer(2), row.Integer(3))).First();

    public void Dispose()
    {
        // Outside the lock, which it may be waiting for.
        _checkpointer?.Dispose();
        _checkpointer = null;
        lock (_writing)
        {
            _writer?.Dispose();
            _writer = null;
        }

        _readers.Dispose();
        _questions.Dispose();
        // The last of all: see SqliteCheckpointer.
        _file?.Dispose();
        _file = null;
    }

    private SqliteWriter Writer => _writer ?? throw new InvalidOperationException("Open the store first.");

    // Never waits for the writer.
    private IEnumerable<T> Read<T>(string sql, Action<SqliteStatement> bind, Func<SqliteStatement, T> map)
    {
        using var reader = _readers.Rent();
        var query = reader.Prepare(sql);
        bind(query);
        while (query.Step())
        {
            yield return map(query);
        }
    }
}
