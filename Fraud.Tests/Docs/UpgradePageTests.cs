using System.IO.Compression;
using System.Text.RegularExpressions;
using Fraud.Faults.Processes;
using Fraud.Tests.Support;
using Npgsql;
using PostgresServer = Fraud.Tests.Support.PostgresServer;

namespace Fraud.Tests.Docs;

/// <summary>The commands of docs/upgrade.md, pasted into a shell as they are and in their order, on the stores that the first version wrote.</summary>
[Collection(PostgresNodesCollection.Name)]
public sealed partial class UpgradePageTests(PostgresServer postgres) : IDisposable
{
    private const string Held = "166 results";

    private static readonly string Command = $"fraud() {{ dotnet '{Path.Combine(AppContext.BaseDirectory, "fraud.dll")}' \"$@\"; }}\n";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Commands_OfThePage_DoWhatItSays()
    {
        var blocks = Block().Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "upgrade.md"))).Select(static match => match.Groups[1].Value).ToArray();
        Assert.Equal(4, blocks.Length);
        Prepare();
        var (old, moved) = (await RestoreAsync(), postgres.CreateDatabase());

        Assert.Contains($"sqlite: ready; {Held}", await Run(blocks[0], old, "Sqlite"), StringComparison.Ordinal);
        Assert.Contains($"postgres: ready; {Held}", await Run(blocks[1], old, "Postgres"), StringComparison.Ordinal);
        var copied = await Run(blocks[2], moved, "Sqlite");
        Assert.Contains("to copy; nothing was changed", copied, StringComparison.Ordinal);
        Assert.Contains("copied and read back", copied, StringComparison.Ordinal);
        Assert.Contains($"postgres: ready; {Held}", copied, StringComparison.Ordinal);
        Assert.Contains("copied and read back", await Run(blocks[3], moved, "Sqlite"), StringComparison.Ordinal);

        // The first version's file had the journal in it.
        Assert.Single(Directory.GetFiles(_folder.File("backups"), "*.journal.db.gz"));
        Assert.Single(Directory.GetFiles(_folder.File("backups"), "*.sql.gz"));
    }

    /// <summary>A checkout as an operator has it: scripts, and a store in "data".</summary>
    private void Prepare()
    {
        Directory.CreateSymbolicLink(_folder.File("deploy"), Path.Combine(Repository.Root, "deploy"));
        Directory.CreateDirectory(_folder.File("data"));
        File.Copy(Path.Combine(Repository.Root, "Fraud.Tests", "Fixtures", "first.db"), _folder.File("data/fraud.db"));
    }

    private async Task<string> RestoreAsync()
    {
        var dump = _folder.File("first.sql");
        await using (var packed = new GZipStream(File.OpenRead(Path.Combine(Repository.Root, "Fraud.Tests", "Fixtures", "first.sql.gz")), CompressionMode.Decompress))
        await using (var plain = File.Create(dump))
        {
            await packed.CopyToAsync(plain);
        }

        var database = postgres.CreateDatabase();
        var restored = await ProgramRun.ToEnd("psql", ["-qX", "-v", "ON_ERROR_STOP=1", "-d", Url(database), "-f", dump]);
        Assert.True(restored.Exit == 0, restored.Errors);
        return database;
    }

    private async Task<string> Run(string block, string database, string kind)
    {
        var environment = new Dictionary<string, string?>
        {
            ["Storage__Kind"] = kind,
            // Looked into afterwards.
            ["BACKUP_PLAIN"] = "true",
            ["Storage__Postgres"] = database,
            ["FRAUD_POSTGRES_URL"] = Url(database),
        };
        var (exit, output, errors) = await ProgramRun.ToEnd("bash", ["-euo", "pipefail", "-c", Command + block], _folder.Path, environment);
        Assert.True(exit == 0, $"{block}\n{output}\n{errors}");
        return output;
    }

    private static string Url(string database)
    {
        var at = new NpgsqlConnectionStringBuilder(database);
        return $"postgresql://{at.Username}@{at.Host}:{at.Port}/{at.Database}";
    }

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline, 1_000)]
    private static partial Regex Block();
}
