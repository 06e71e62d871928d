using Fraud.Faults.Processes;
using Fraud.Model;
using Fraud.Stream.Cluster;
using Fraud.Stream.Events;
using Fraud.Stream.Ingest;
using Fraud.Stream.Shards;
using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using Npgsql;

namespace Fraud.Tests.Deploy;

/// <summary>The backup scripts on stores that hold something.</summary>
[Collection(PostgresNodesCollection.Name)]
public sealed class BackupTests(PostgresServer postgres) : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Restore_OfAnEncryptedPostgresBackup_HoldsWhatTheStoreHeld()
    {
        var passphrase = _folder.File("passphrase");
        await File.WriteAllTextAsync(passphrase, "correct horse battery staple");
        var connection = postgres.CreateDatabase();
        Fill(new StorageOptions { Kind = StoreKind.Postgres, Postgres = connection });

        var (exit, _, error) = await Run("backup.sh", [_folder.File("backups")], ("FRAUD_POSTGRES_URL", Url(connection)), ("BACKUP_PASSPHRASE_FILE", passphrase));
        Assert.True(exit == 0, error);
        var backup = Assert.Single(Directory.GetFiles(_folder.File("backups"), "*.sql.gz.gpg"));
        var empty = postgres.CreateDatabase();
        (exit, _, error) = await Run("restore.sh", [backup], ("FRAUD_POSTGRES_URL", Url(empty)), ("BACKUP_PASSPHRASE_FILE", passphrase));

        Assert.True(exit == 0, error);
        var restored = new StorageOptions { Kind = StoreKind.Postgres, Postgres = empty };
        Assert.Equal(3, Labels(restored));
        Assert.Equal(1_000_002, NextClaim(restored));
    }

    /// <summary>As after a fail-over to a standby that lacked the last claim: a node that holds it writes nothing more.</summary>
    [Fact]
    public void Raise_ByTheStatementOfTheDocument_RefusesWhoHeldTheClaim()
    {
        var options = new StorageOptions { Kind = StoreKind.Postgres, Postgres = postgres.CreateDatabase() };
        Fill(options);
        using var store = StoreFactory.Create(options, new KafkaOptions().TransactionsTopic, TimeProvider.System);
        store.Open();
        Assert.True(store.TryClaim(0, new NodeIdentity("node", ""), out var held));
        using var connection = new NpgsqlConnection(options.Postgres);
        connection.Open();
        using var raise = new NpgsqlCommand(Statement(), connection);
        Assert.True(raise.ExecuteNonQuery() > 0);

        Assert.Equal([0], store.Commit([new ShardPage(CommitCursor.At(held).Next(nextOffset: null, Guid.NewGuid()), Array.Empty<byte>())]));
        Assert.Equal(held.Generation + 1_000_001, NextClaim(options));

        // Of docs/backup.md, as it is printed there.
        static string Statement() => File.ReadAllText(Path.Combine(Repository.Root, "docs", "backup.md")).Split("```sql\n")[1].Split("```")[0];
    }

    [Fact]
    public async Task Restore_IntoAPostgresDatabaseInUse_IsRefused()
    {
        var connection = postgres.CreateDatabase();
        Fill(new StorageOptions { Kind = StoreKind.Postgres, Postgres = connection });
        await Run("backup.sh", [_folder.File("backups")], ("FRAUD_POSTGRES_URL", Url(connection)));
        var backup = Assert.Single(Directory.GetFiles(_folder.File("backups"), "*.sql.gz"));

        var (exit, _, error) = await Run("restore.sh", [backup], ("FRAUD_POSTGRES_URL", Url(connection)));

        Assert.Equal(2, exit);
        Assert.Contains("expected an empty database", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_OfASqliteBackup_HoldsWhatTheStoreHeld()
    {
        var options = new StorageOptions { Kind = StoreKind.Sqlite, SqliteFile = _folder.File("fraud.db") };
        Fill(options);
        var old = Path.Combine(Directory.CreateDirectory(_folder.File("backups")).FullName, "fraud-20200101T000000Z.db.gz");
        await File.WriteAllTextAsync(old, "");
        File.SetLastWriteTimeUtc(old, DateTime.UnixEpoch);

        var (exit, _, error) = await Run("backup.sh", [_folder.File("backups")], ("FRAUD_SQLITE", options.SqliteFile));
        Assert.True(exit == 0, error);
        var backups = Directory.GetFiles(_folder.File("backups"), "*.db.gz");
        Assert.Equal(2, backups.Length);
        foreach (var backup in backups)
        {
            (exit, _, error) = await Run("restore.sh", [backup], ("FRAUD_SQLITE", _folder.File("restored.db")));
            Assert.True(exit == 0, error);
        }

        Assert.False(File.Exists(old));
        var restored = new StorageOptions { Kind = StoreKind.Sqlite, SqliteFile = _folder.File("restored.db") };
        Assert.Equal(3, Labels(restored));
        Assert.Equal(1_000_002, NextClaim(restored));
    }

    [Fact]
    public async Task Restore_OfASqliteBackupWithEvents_PutsThemBesideTheStore()
    {
        var options = new StorageOptions { Kind = StoreKind.Sqlite, SqliteFile = _folder.File("fraud.db") };
        Fill(options);
        new EventsFile(options).Ensure();
        var (exit, _, error) = await Run("backup.sh", [_folder.File("backups")], ("FRAUD_SQLITE", options.SqliteFile));
        Assert.True(exit == 0, error);
        Directory.CreateDirectory(_folder.File("restored"));
        var restored = Path.Combine(_folder.File("restored"), "fraud.db");

        var backups = Directory.GetFiles(_folder.File("backups"), "*.db.gz");
        Assert.Equal(3, backups.Length);
        foreach (var backup in backups)
        {
            (exit, _, error) = await Run("restore.sh", [backup], ("FRAUD_SQLITE", restored));
            Assert.True(exit == 0, error);
        }

        Assert.Equal(3, Labels(new StorageOptions { Kind = StoreKind.Sqlite, SqliteFile = restored }));
        using var events = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_folder.File("restored"), "events.db")};Mode=ReadOnly;Pooling=False");
        events.Open();
        using var count = events.CreateCommand();
        count.CommandText = "SELECT count(*) FROM akka_events";
        Assert.Equal(0L, count.ExecuteScalar());
    }

    [Fact]
    public async Task Restore_OfADamagedBackup_IsRefused()
    {
        var options = new StorageOptions { Kind = StoreKind.Sqlite, SqliteFile = _folder.File("fraud.db") };
        Fill(options);
        await Run("backup.sh", [_folder.File("backups")], ("FRAUD_SQLITE", options.SqliteFile));
        var backup = Directory.GetFiles(_folder.File("backups"), "*.db.gz").Single(static file => !file.EndsWith(".journal.db.gz", StringComparison.Ordinal));
        var bytes = await File.ReadAllBytesAsync(backup);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(backup, bytes);

        var (exit, _, _) = await Run("restore.sh", [backup], ("FRAUD_SQLITE", _folder.File("restored.db")));

        Assert.NotEqual(0, exit);
        Assert.False(File.Exists(_folder.File("restored.db")));
    }

    public void Dispose() => _folder.Dispose();

    private static void Fill(StorageOptions options)
    {
        using var store = StoreFactory.Create(options, new KafkaOptions().TransactionsTopic, TimeProvider.System);
        store.Open();
        Assert.True(store.TryClaim(0, new NodeIdentity("before", ""), out _));
        store.CommitLabels("fraud_labels", 0, 3, [.. Enumerable.Range(0, 3).Select(static i =>
            new Label(ShortText.From($"t-{i}"), ShortText.From($"c-{i}"), ShortText.From($"m-{i}"), 1_700_000_000_000, true))]);
    }

    private static long NextClaim(StorageOptions options)
    {
        using var store = StoreFactory.Create(options, new KafkaOptions().TransactionsTopic, TimeProvider.System);
        store.Open();
        Assert.True(store.TryClaim(0, new NodeIdentity("after", ""), out var head));
        return head.Generation;
    }

    private static long Labels(StorageOptions options)
    {
        using var store = StoreFactory.Create(options, new KafkaOptions().TransactionsTopic, TimeProvider.System);
        store.Open();
        Assert.Equal(3, store.ReadOffsets("fraud_labels")[0]);
        return store.Count().Labels;
    }

    private static string Url(string connection)
    {
        var parts = new NpgsqlConnectionStringBuilder(connection);
        return $"postgresql://{parts.Username}@{parts.Host}:{parts.Port}/{parts.Database}";
    }

    private static Task<ProgramResult> Run(string script, string[] arguments, params (string Name, string? Value)[] environment) => ProgramRun.ToEnd(
        "bash", [Path.Combine(Repository.Root, "deploy", "backup", script), .. arguments],
        environment: environment.Select(static one => KeyValuePair.Create(one.Name, one.Value)));
}
