using Fraud.Stream.Events;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Stream.Storage.Copy;
using Fraud.Tests.Stream.CardNumbers.Scan;
using Fraud.Tests.Support;
using Npgsql;

namespace Fraud.Tests.Stream.Storage.Copy;

/// <summary>A SQLite store with something in each table, and an empty database.</summary>
internal sealed class MovableStore : IDisposable
{
    // What the store's own calls do not write here: values at the edges, and rows that other parts write.
    private const string More = """
        INSERT INTO transactions (position, transaction_id, shard, card_id, terminal_id, amount_minor, currency, event_time, source, fraud_score, decision,
            model, model_version, review_threshold, block_threshold, features, scored_at)
        VALUES (900, 'bare', 0, 'ünï', '', -9223372036854775808, 'EUR', 0, '', 0.1875, 0, 'm', '1', -0.0, 9e999, x'', 9223372036854775807);
        INSERT INTO repeated_payments VALUES (0, 9, 1, 'bare', NULL), (0, 9, 2, 'bare', 10);
        INSERT INTO refused_rows VALUES (0, 9, 3, 'parked', 1530000000000, 5, 'SQLITE_CONSTRAINT_TRIGGER', 2, x'00ff'), (0, 9, 4, NULL, 1, 5, '', 1, x'');
        INSERT INTO training_leases (model, owner, job, expires_at) VALUES ('m', '', '', 0);
        INSERT INTO offsets VALUES ('fraud_labels', 3, 77);
        INSERT INTO case_labels VALUES ('none', NULL), ('was', 1);
        INSERT INTO webhook_events VALUES ('evt', 5);
        INSERT INTO model_versions VALUES (40, 'm', '1', 'aa', 2, 1, 1, '', '', '', '', '{}');
        INSERT INTO model_files VALUES ('aa', x'00ff'), ('bb', x'');
        INSERT INTO model_version_files VALUES ('m', '1', 'model.onnx', 'aa');
        INSERT INTO model_aliases VALUES ('m', 'champion', '1');
        INSERT INTO model_stages VALUES (41, 'm', '1', 0, 2, 1, 'ann', '', 0, '');
        """;

    // The highest number was given to an event that has left.
    private const string Events = """
        INSERT INTO akka_events VALUES (70, 1, 0, 'shard-1', 1, x'01', 'se1', 9, 'w'), (71, 1, 0, 'shard-1', 2, x'02', NULL, NULL, NULL);
        DELETE FROM akka_events WHERE ordering = 71;
        INSERT INTO akka_event_tags VALUES (70, 'tag', 1, 'shard-1');
        INSERT INTO akka_snapshots VALUES ('shard-1', 1, 1, NULL, NULL, NULL);
        """;

    private readonly TempFolder _folder = new();

    public MovableStore(PostgresServer server)
    {
        From = new StorageOptions { SqliteFile = _folder.File("fraud.db") };
        To = server.CreateDatabase();
        using (var store = StoreFactory.Create(From, FilledStore.Topic, TimeProvider.System))
        {
            FilledStore.Fill(store);
            Heads = store.ReadHeads();
        }

        new EventsFile(From).Ensure();
        Change(From.SqliteFile, More);
        Change(EventsFile.PathOf(From), Events);
    }

    public StorageOptions From { get; }

    public string To { get; }

    public StorageOptions Target => new() { Kind = StoreKind.Postgres, Postgres = To };

    /// <summary>As they stood when it was filled.</summary>
    public IReadOnlyList<ShardHead> Heads { get; }

    public string Folder => _folder.Path;

    public CopyReport Copy(Action<CopyProgress>? progress = null, CancellationToken stop = default) =>
        StoreCopy.Run(From, To, TimeProvider.System, progress ?? (static _ => { }), stop);

    /// <summary>As the service would open it.</summary>
    public IFraudStore OpenTarget()
    {
        var store = StoreFactory.Create(Target, FilledStore.Topic, TimeProvider.System);
        store.Open();
        return store;
    }

    public void Change(string file, string sql)
    {
        using var connection = new SqliteConnection(new StorageOptions { SqliteFile = file });
        connection.Execute(sql);
    }

    public void Execute(string sql)
    {
        using var connection = Connect();
        connection.Execute(sql);
    }

    public long Number(string sql)
    {
        using var connection = Connect();
        return connection.Query(sql, static row => row.GetInt64(0))[0];
    }

    public IReadOnlyList<string> TargetTables()
    {
        using var connection = Connect();
        return connection.Query(
            "SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition",
            static row => row.GetString(0));
    }

    public void Dispose() => _folder.Dispose();

    private NpgsqlConnection Connect()
    {
        var connection = new NpgsqlConnection(To);
        connection.Open();
        return connection;
    }
}
