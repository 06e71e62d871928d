using System.IO.Compression;
using System.Text.Json;
using Fraud.Faults.Processes;
using Fraud.Stream.Ingest;
using Fraud.Stream.Storage;
using Fraud.Stream.Storage.Copy;
using Fraud.Tests.Http;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Fraud.Tests.Fixtures;

/// <summary>A service of today on a copy of the first stores; README.md tells what they hold.</summary>
public abstract class FirstStore : IAsyncLifetime
{
    private ServerFixture? _server;

    protected TempFolder Folder { get; } = new();

    /// <summary>What it said when it was written.</summary>
    public JsonElement Written { get; private set; }

    public ServerFixture Server => _server ?? throw new InvalidOperationException("the server is not started");

    public IFraudStore Store => Server.Services.GetRequiredService<IFraudStore>();

    /// <summary>The claims that stood when its writer was killed, by shard.</summary>
    public IReadOnlyDictionary<int, long> Generations { get; protected set; } = new Dictionary<int, long>();

    /// <summary>Of first.json.</summary>
    protected abstract string Name { get; }

    public async Task InitializeAsync()
    {
        using var written = JsonDocument.Parse(await File.ReadAllTextAsync(PathOf("first.json")));
        Written = written.RootElement.GetProperty(Name).Clone();
        var settings = await RestoreAsync();
        settings["Overload:RatePerSecond"] = "0";
        settings["Storage:FeatureSample"] = "1";
        _server = new ServerFixture(settings);
        await _server.InitializeAsync();
        _server.Client.DefaultRequestHeaders.Add("X-API-Key", Written.GetProperty("key").GetString());
        await _server.UntilReady();
    }

    public virtual async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Folder.Dispose();
    }

    /// <summary>Puts a copy in place; returns the settings with which the service uses it.</summary>
    protected abstract Task<Dictionary<string, string?>> RestoreAsync();

    protected static string PathOf(string file) => Path.Combine(Repository.Root, "Fraud.Tests", "Fixtures", file);
}

/// <summary>SQLite's file.</summary>
public sealed class FirstSqliteStore : FirstStore
{
    protected override string Name => "sqlite";

    protected override Task<Dictionary<string, string?>> RestoreAsync()
    {
        var copy = Folder.File("first.db");
        File.Copy(PathOf("first.db"), copy);
        using (var connection = new SqliteConnection(new StorageOptions { SqliteFile = copy }))
        {
            Generations = ReadGenerations(connection.Prepare("SELECT shard, generation FROM shards WHERE owner <> ''"));
        }

        return Task.FromResult(new Dictionary<string, string?> { ["Storage:SqliteFile"] = copy });
    }

    private static Dictionary<int, long> ReadGenerations(SqliteStatement rows)
    {
        var generations = new Dictionary<int, long>();
        while (rows.Step())
        {
            generations.Add((int)rows.Integer(0), rows.Integer(1));
        }

        rows.Reset();
        return generations;
    }
}

/// <summary>SQLite's file, brought to today's tables and moved to PostgreSQL.</summary>
public sealed class FirstMovedStore(PostgresServer server) : FirstStore
{
    protected override string Name => "sqlite";

    protected override Task<Dictionary<string, string?>> RestoreAsync()
    {
        var file = new StorageOptions { SqliteFile = Folder.File("first.db") };
        File.Copy(PathOf("first.db"), file.SqliteFile);
        using (var store = StoreFactory.Create(file, new KafkaOptions().TransactionsTopic, TimeProvider.System))
        {
            store.Open();
            Generations = store.ReadHeads().Where(static head => head.IsOwned).ToDictionary(static head => head.Shard, static head => head.Generation);
        }

        var database = server.CreateDatabase();
        StoreCopy.Run(file, database, TimeProvider.System, static _ => { }, default);
        return Task.FromResult(new Dictionary<string, string?> { ["Storage:Kind"] = "Postgres", ["Storage:Postgres"] = database });
    }
}

/// <summary>PostgreSQL's dump, in a database of its own.</summary>
public sealed class FirstPostgresStore(PostgresServer server) : FirstStore
{
    protected override string Name => "postgres";

    protected override async Task<Dictionary<string, string?>> RestoreAsync()
    {
        var dump = Folder.File("first.sql");
        await using (var packed = new GZipStream(File.OpenRead(PathOf("first.sql.gz")), CompressionMode.Decompress))
        await using (var plain = File.Create(dump))
        {
            await packed.CopyToAsync(plain);
        }

        var database = server.CreateDatabase();
        var at = new NpgsqlConnectionStringBuilder(database);
        var restored = await ProgramRun.ToEnd(
            "psql", ["-qX", "-v", "ON_ERROR_STOP=1", "-h", at.Host!, "-p", $"{at.Port}", "-U", at.Username!, "-d", at.Database!, "-f", dump]);
        Assert.True(restored.Exit == 0, restored.Errors);
        await using var source = NpgsqlDataSource.Create(database);
        Generations = source.Stream("SELECT shard, generation FROM shards WHERE owner <> ''", static row => KeyValuePair.Create(row.GetInt32(0), row.GetInt64(1)))
            .ToDictionary();
        return new Dictionary<string, string?> { ["Storage:Kind"] = "Postgres", ["Storage:Postgres"] = database };
    }
}
