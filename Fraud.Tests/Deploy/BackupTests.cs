using System.Runtime.Versioning;
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
[SupportedOSPlatform("linux")]
public sealed class BackupTests(PostgresServer postgres) : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>What is on the host opens no backup: it has the public key, and the other one is brought to restore.</summary>
    [Fact]
    public async Task Restore_OfAnEncryptedPostgresBackup_HoldsWhatTheStoreHeldForWhoHasTheKey()
    {
        var recipients = await Recipients();
        var connection = postgres.CreateDatabase();
        Fill(new StorageOptions { Kind = StoreKind.Postgres, Postgres = connection });

        var (exit, _, error) = await Run("backup.sh", [_folder.File("backups")], ("FRAUD_POSTGRES_URL", Url(connection)), ("BACKUP_RECIPIENTS", recipients));
        Assert.True(exit == 0, error);
        var backup = Assert.Single(Directory.GetFiles(_folder.File("backups"), "fraud-*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }), static file => !file.EndsWith(".sha256", StringComparison.Ordinal));
        Assert.EndsWith(".sql.gz.age", backup, StringComparison.Ordinal);
        Assert.StartsWith("age-encryption.org/v1", await File.ReadAllTextAsync(backup), StringComparison.Ordinal);
        // Nothing but the backup and its checksum: no pipe, nothing in clear.
        Assert.Equal(2, Directory.GetFiles(_folder.File("backups"), "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }).Length);
        var empty = postgres.CreateDatabase();
        await File.WriteAllTextAsync(_folder.File("other.key"), (await ProgramRun.ToEnd("age-keygen", [])).Output);
        Assert.NotEqual(0, (await Run("restore.sh", [backup], ("FRAUD_POSTGRES_URL", Url(empty)), ("BACKUP_IDENTITY", _folder.File("other.key")))).Exit);
        Assert.NotEqual(0, (await Run("restore.sh", [backup], ("FRAUD_POSTGRES_URL", Url(empty)), ("BACKUP_IDENTITY", null))).Exit);
        (exit, _, error) = await Run("restore.sh", [backup], ("FRAUD_POSTGRES_URL", Url(empty)), ("BACKUP_IDENTITY", _folder.File("private.key")));

        Assert.True(exit == 0, error);
        var restored = new StorageOptions { Kind = StoreKind.Postgres, Postgres = empty };
        Assert.Equal(3, Labels(restored));
        Assert.Equal(1_000_002, NextClaim(restored));
    }

    [Theory]
    [InlineData(null, "expected a file with age's public keys")]
    [InlineData("AGE-NO-KEY", "has no keys that age takes")]
    public async Task Backup_WithoutRecipients_IsRefusedUnlessItMayBePlain(string? recipients, string expected)
    {
        var options = new StorageOptions { Kind = StoreKind.Sqlite, SqliteFile = _folder.File("fraud.db") };
        Fill(options);
        if (recipients is not null)
        {
            await File.WriteAllTextAsync(_folder.File("recipients"), recipients);
        }

        var (exit, _, error) = await Run("backup.sh", [_folder.File("backups")], ("FRAUD_SQLITE", options.SqliteFile), ("BACKUP_PLAIN", null), ("BACKUP_RECIPIENTS", _folder.File("recipients")));

        Assert.Equal(2, exit);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.File("backups"), "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }));
    }

    /// <summary>A dump that breaks off must not become a backup, though age would encrypt it.</summary>
    [Fact]
    public async Task Backup_WhoseDumpBreaksOff_LeavesNothing()
    {
        var (exit, _, _) = await Run(
            "backup.sh", [_folder.File("backups")], ("FRAUD_DATABASE", "fraud"), ("BACKUP_PG_DUMP", "false"), ("BACKUP_RECIPIENTS", await Recipients()));

        Assert.NotEqual(0, exit);
        Assert.Empty(Directory.GetFiles(_folder.File("backups"), "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }));
    }

    /// <summary>As in docs/backup.md for the database of docker-compose.yml, whose port is nowhere published.</summary>
    [Fact]
    public async Task Restore_ThroughTheContainer_NeedsNoPort()
    {
        var connection = postgres.CreateDatabase();
        Fill(new StorageOptions { Kind = StoreKind.Postgres, Postgres = connection });
        var empty = postgres.CreateDatabase();
        var (from, into) = (new NpgsqlConnectionStringBuilder(connection), new NpgsqlConnectionStringBuilder(empty));
        // Stands where docker is: runs the container's programs against the real server.
        await Script("docker", $"""
            #!/bin/bash
            [[ "$1 $2 $3 $4" == "compose exec -T db" ]] || exit 64
            export PGHOST={from.Host} PGPORT={from.Port}
            program=$5; shift 5
            [ "$1 $2" = "--username fraud" ] || exit 65
            shift 2
            exec "$program" --username {from.Username} "$@"
            """);
        var path = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";

        var (exit, _, error) = await Run(
            "backup.sh", [_folder.File("backups")], ("PATH", path), ("FRAUD_DATABASE", from.Database), ("BACKUP_PG_DUMP", "docker compose exec -T db pg_dump --username fraud"));
        Assert.True(exit == 0, error);
        var backup = Assert.Single(Directory.GetFiles(_folder.File("backups"), "*.sql.gz"));
        (exit, _, error) = await Run(
            "restore.sh", [backup], ("PATH", path), ("FRAUD_DATABASE", into.Database), ("BACKUP_PSQL", "docker compose exec -T db psql --username fraud"));

        Assert.True(exit == 0, error);
        Assert.Equal(3, Labels(new StorageOptions { Kind = StoreKind.Postgres, Postgres = empty }));
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

    /// <summary>The night's job of deploy/kubernetes-backup, by its own commands and variables; addresses and folders are the test's.</summary>
    [Fact]
    public async Task Job_OfKubernetes_BacksUpTheStoreThatItNames()
    {
        var connection = postgres.CreateDatabase();
        Fill(new StorageOptions { Kind = StoreKind.Postgres, Postgres = connection });
        var at = new NpgsqlConnectionStringBuilder(connection);
        var recipients = await Recipients();
        var pod = (await KubernetesObjects.Kustomize("deploy/kubernetes-backup")).Of("CronJob")["spec"]!["jobTemplate"]!["spec"]!["template"]!["spec"]!;
        var (copies, job) = (pod["initContainers"]![0]!, pod["containers"]![0]!);
        Directory.CreateDirectory(_folder.File("tools"));
        string Here(string text) => text
            .Replace("/app/backup/", Path.Combine(Repository.Root, "deploy", "backup") + "/", StringComparison.Ordinal)
            .Replace("/tools", _folder.File("tools"), StringComparison.Ordinal).Replace("/backups", _folder.File("backups"), StringComparison.Ordinal)
            .Replace("/recipients/backup.recipients", recipients, StringComparison.Ordinal);
        string[] Command(System.Text.Json.Nodes.JsonNode container) => [.. container["command"]!.AsArray().Select(static part => (string)part!).Select(Here)];
        var environment = job["env"]!.AsArray().ToDictionary(static one => (string)one!["name"]!, one => (string?)one!["value"] is { } value ? Here(value) : "");
        (environment["FRAUD_DATABASE"], environment["PGHOST"], environment["PGPORT"]) = (at.Database!, at.Host!, $"{at.Port}");

        var copied = await ProgramRun.ToEnd(Command(copies)[0], Command(copies)[1..]);
        Assert.True(copied.Exit == 0, copied.Errors);
        var (exit, _, error) = await ProgramRun.ToEnd(Command(job)[0], Command(job)[1..], _folder.Path, environment.Select(static one => new KeyValuePair<string, string?>(one.Key, one.Value)));

        Assert.True(exit == 0, error);
        var backup = Assert.Single(Directory.GetFiles(_folder.File("backups"), "*.sql.gz.age"));
        var empty = postgres.CreateDatabase();
        (exit, _, error) = await Run("restore.sh", [backup], ("FRAUD_POSTGRES_URL", Url(empty)), ("BACKUP_IDENTITY", _folder.File("private.key")));
        Assert.True(exit == 0, error);
        Assert.Equal(3, Labels(new StorageOptions { Kind = StoreKind.Postgres, Postgres = empty }));
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

    private async Task<string> Recipients()
    {
        var (exit, key, error) = await ProgramRun.ToEnd("age-keygen", []);
        Assert.True(exit == 0, error);
        await File.WriteAllTextAsync(_folder.File("private.key"), key);
        var known = await ProgramRun.ToEnd("age-keygen", ["-y", _folder.File("private.key")]);
        await File.WriteAllTextAsync(_folder.File("recipients"), known.Output);
        return _folder.File("recipients");
    }

    private async Task Script(string name, string text)
    {
        await File.WriteAllTextAsync(_folder.File(name), text);
        File.SetUnixFileMode(_folder.File(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // In clear unless recipients are named: most of these tests look into the backup.
    private static Task<ProgramResult> Run(string script, string[] arguments, params (string Name, string? Value)[] environment) => ProgramRun.ToEnd(
        "bash", [Path.Combine(Repository.Root, "deploy", "backup", script), .. arguments],
        environment: environment.Select(static one => KeyValuePair.Create(one.Name, one.Value))
            .Prepend(KeyValuePair.Create<string, string?>("BACKUP_PLAIN", environment.Any(static one => one.Name == "BACKUP_RECIPIENTS") ? null : "true")));
}
