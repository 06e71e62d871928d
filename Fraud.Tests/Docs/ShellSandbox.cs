using System.Runtime.Versioning;
using Fraud.Faults.Processes;
using Fraud.Stream.Ingest;
using Fraud.Stream.Storage;
using Fraud.Tests.Deploy;
using Fraud.Tests.Http;
using Fraud.Tests.Support;
using Npgsql;

namespace Fraud.Tests.Docs;

/// <summary>
/// Where the commands of documents run: a service with a key for everything, one without, a Prometheus that asks it, a stored history, and for
/// each document a checkout of its own with stand-ins on the PATH for what cannot be had (StandIns/). /etc, /var and /opt are folders of it.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class ShellSandbox : IAsyncLifetime
{
    private const string Key = "a-key-with-all-scopes-0123456789";

    private static readonly string StandIns = Path.Combine(Repository.Root, "Fraud.Tests", "Docs", "StandIns");

    private readonly TempFolder _folder = new();
    private readonly ServerFixture _open = new();
    private readonly ServerFixture _closed = new(new Dictionary<string, string?> { ["Security:AdminKey"] = Key });
    private PrometheusServer? _prometheus;
    private StandInNode? _alertmanager;
    private bool _isNamed;

    public async Task InitializeAsync()
    {
        await FillStore();
        await _open.InitializeAsync();
        await _open.UntilReady();
        await _closed.InitializeAsync();
        _prometheus = new PrometheusServer(_open.Client.BaseAddress!);
        await _prometheus.UntilThereIs("up");
        _alertmanager = await StandInNode.Start();
    }

    public async Task DisposeAsync()
    {
        _prometheus?.Dispose();
        await _alertmanager!.DisposeAsync();
        await _open.DisposeAsync();
        await _closed.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A checkout for a document's blocks, and what they need there.</summary>
    internal async Task<Checkout> Prepare(string document, PostgresServer postgres)
    {
        var sandbox = Directory.CreateDirectory(_folder.File(document.Replace('/', '-'))).FullName;
        var checkout = Directory.CreateDirectory(Path.Combine(sandbox, "checkout")).FullName;
        foreach (var entry in Directory.GetFileSystemEntries(Repository.Root))
        {
            if (Path.GetFileName(entry) is var name and not ("data" or "models" or ".env" or "backups" or "run" or ".git"))
            {
                File.CreateSymbolicLink(Path.Combine(checkout, name), entry);
            }
        }

        foreach (var folder in new[] { "etc/fraud", "etc/nginx/conf.d", "var/backups/fraud", "opt" })
        {
            Directory.CreateDirectory(Path.Combine(sandbox, folder));
        }

        await Run($"cp -r {_folder.File("store")} {checkout}/data && cp -r {Repository.Root}/models {checkout}/models && cp {StandIns}/run {checkout}/run");
        foreach (var version in new[] { "staged/2", "3" })
        {
            // A version of its own: the same model under another number.
            await Run($"mkdir -p {checkout}/models/payments/staged && cp -r {Repository.Root}/models/payments/1 {checkout}/models/payments/{version} && sed -i 's/\"version\": \"1\"/\"version\": \"{version[^1]}\"/' {checkout}/models/payments/{version}/manifest.json");
        }

        if (!_isNamed)
        {
            // As docker-compose.yml calls it.
            postgres.Execute("CREATE DATABASE fraud");
            _isNamed = true;
            Open(new NpgsqlConnectionStringBuilder(postgres.CreateDatabase()) { Database = "fraud" }.ConnectionString);
        }

        var database = postgres.CreateDatabase();
        Open(database);
        return new Checkout(this, document, sandbox, checkout, new NpgsqlConnectionStringBuilder(database), new NpgsqlConnectionStringBuilder(postgres.CreateDatabase()));
    }

    // Makes its tables.
    private static void Open(string database)
    {
        using var store = StoreFactory.Create(new StorageOptions { Kind = StoreKind.Postgres, Postgres = database }, new KafkaOptions().TransactionsTopic, TimeProvider.System);
        store.Open();
    }

    private static async Task Run(string command)
    {
        var (exit, _, errors) = await ProgramRun.ToEnd("bash", ["-ec", command]);
        Assert.True(exit == 0, errors);
    }

    // Ends before anything else opens the file.
    private async Task FillStore()
    {
        var server = new ServerFixture(new Dictionary<string, string?> { ["Storage:SqliteFile"] = Path.Combine(Directory.CreateDirectory(_folder.File("store")).FullName, "fraud.db") });
        await server.InitializeAsync();
        foreach (var (id, amount) in new[] { ("order-1001", "950.00"), ("order-1002", "12.50") })
        {
            using var answer = await server.Post("/predict", $$"""{"transaction_id":"{{id}}","card_id":"card-1","terminal_id":"terminal-1","amount":{{amount}}}""");
            answer.EnsureSuccessStatusCode();
        }

        // Rows come behind the answers; a list waits for them.
        using var rows = await server.Client.GetAsync(new Uri("/api/v1/anomalies", UriKind.Relative));
        rows.EnsureSuccessStatusCode();
        await server.DisposeAsync();
    }

    /// <summary>Where the blocks of one document run, one after the other.</summary>
    internal sealed class Checkout(
        ShellSandbox of, string document, string sandbox, string folder, NpgsqlConnectionStringBuilder postgres, NpgsqlConnectionStringBuilder empty)
    {
        public Task<ProgramResult> Run(ShellBlock block)
        {
            var service = (document == "docs/security.md" ? of._closed : of._open).Client.BaseAddress!.ToString().TrimEnd('/');
            var text = block.Text;
            foreach (var (place, becomes) in new (string, string)[]
            {
                ("http://127.0.0.1:8000", service), ("localhost:8000", service), ("http://127.0.0.1:9090", of._prometheus!.Address.ToString().TrimEnd('/')),
                ("http://127.0.0.1:9093", $"http://127.0.0.1:{of._alertmanager!.Port}"), ("127.0.0.1:41003", of._open.Kafka), ("127.0.0.1:29092", of._open.Kafka),
                ("postgresql://fraud@db/fraud", Url(postgres)), ("postgresql://fraud@db/empty", Url(empty)), ("/etc/", $"{sandbox}/etc/"), ("/opt/fraud-detection", $"{sandbox}/opt/fraud-detection"),
                ("/var/backups/fraud/fraud-20261121T020000Z.sql.gz.age", Directory.GetFiles($"{sandbox}/var/backups/fraud", "*.sql.gz.age").Order(StringComparer.Ordinal).FirstOrDefault() ?? "/none"),
                (" /var/backups/", $" {sandbox}/var/backups/"),
            })
            {
                text = text.Replace(place, becomes, StringComparison.Ordinal);
            }

            var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["PATH"] = $"{StandIns}:{Path.Combine(Repository.Root, ".tools")}:{Environment.GetEnvironmentVariable("PATH")}",
                ["ROOT"] = Repository.Root,
                ["SANDBOX"] = sandbox,
                ["SERVICE"] = service,
                ["CALLS"] = Path.Combine(sandbox, "calls"),
                ["NGINX_PROGRAM"] = DeployTool.Find("nginx"),
                ["HOME"] = sandbox,
                ["KEY"] = Key,
                ["ADMIN"] = Key,
                ["FRAUD_API_KEY"] = document == "docs/security.md" ? Key : null,
                ["CARD"] = "card-1",
                ["ADDRESS"] = service,
                ["REPOSITORY"] = "https://git.example.com/fraud-detection.git",
                ["POSTGRES"] = postgres.ConnectionString,
                ["PGHOST"] = postgres.Host,
                ["PGPORT"] = $"{postgres.Port}",
                ["BACKUP_RECIPIENTS"] = Path.Combine(sandbox, "etc", "fraud", "backup.recipients"),
                ["API_PORTS"] = $"{new Uri(service).Port}",
                ["PROMETHEUS_URL"] = null,
                ["Kafka__SessionTimeout"] = "00:00:02",
                ["DEPLOY_MIN_DISK_GB"] = "0",
                ["DEPLOY_STATE"] = Path.Combine(sandbox, "deployed"),
                ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            };
            return ProgramRun.ToEnd("bash", ["-euo", "pipefail", "-c", text], folder, environment);
        }

        /// <summary>What a block needs that the text around it, and not the block before it, tells to do.</summary>
        public async Task Before(ShellBlock block)
        {
            if (document == "docs/backup.md" && File.Exists(Path.Combine(folder, "backup.recipients")))
            {
                File.Copy(Path.Combine(folder, "backup.recipients"), Path.Combine(sandbox, "etc", "fraud", "backup.recipients"), overwrite: true);
            }
            else if (document == "docs/deployment.md" && block.Text.Contains("backup.recipients", StringComparison.Ordinal))
            {
                await File.WriteAllTextAsync(Path.Combine(folder, "backup.recipients"), "age1\n");
            }
            else if (document == "docs/shadow.md")
            {
                Directory.Move(Path.Combine(folder, "models", "payments", "staged", "2"), Path.Combine(folder, "models", "payments", "2"));
            }
        }

        private static string Url(NpgsqlConnectionStringBuilder at) => $"postgresql://{at.Username}@{at.Host}:{at.Port}/{at.Database}";
    }
}
