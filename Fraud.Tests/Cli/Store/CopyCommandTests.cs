using System.Text.Json;
using Fraud.Cli.Doctor;
using Fraud.Faults.Processes;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Storage.Copy;
using Fraud.Tests.Support;
using Npgsql;

namespace Fraud.Tests.Cli.Store;

[Collection(PostgresNodesCollection.Name)]
public sealed class CopyCommandTests(PostgresServer server) : IDisposable
{
    private readonly MovableStore _store = new(server);

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Copy_DryRunThenCopy_SaysWhatThereIs()
    {
        var dry = await CommandLine.Run("store", "copy", "--data", _store.Folder, "--to", _store.To, "--dry-run", "--json");
        var copy = await CommandLine.Run("store", "copy", "--data", _store.Folder, "--to", _store.To);

        Assert.Equal((0, ""), (dry.Exit, dry.Error));
        var counted = JsonDocument.Parse(dry.Output).RootElement;
        Assert.False(counted.GetProperty("copied").GetBoolean());
        Assert.Equal(4, Rows(counted, "transactions"));
        Assert.Equal((0, ""), (copy.Exit, copy.Error));
        Assert.Contains("\ntransactions: 4 rows\n", copy.Output, StringComparison.Ordinal);
        Assert.Matches(@"rows of \d+ tables copied and read back in \d+\.\d s\n$", copy.Output);
        var status = await CommandLine.Run("store", "status", "--postgres", _store.To);
        Assert.StartsWith("postgres: ready; 4 results", status.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_Json_HasRowsAndDigestOfEachTable()
    {
        var copy = await CommandLine.Run("store", "copy", "--data", _store.Folder, "--to", _store.To, "--json");

        var report = JsonDocument.Parse(copy.Output).RootElement;
        Assert.True(report.GetProperty("copied").GetBoolean());
        Assert.Equal(report.GetProperty("rows").GetInt64(), report.GetProperty("tables").EnumerateArray().Sum(static table => table.GetProperty("rows").GetInt64()));
        Assert.All(report.GetProperty("tables").EnumerateArray(), static table => Assert.Equal(64, table.GetProperty("digest").GetString()!.Length));
    }

    [Fact]
    public async Task Copy_WrongArguments_AreOneLineAndExitCodeTwo()
    {
        foreach (var arguments in (string[][])[["--none"], ["--to"], [], ["--to", "postgresql://fraud:secret@db/fraud"], ["--to", "Database=fraud;Password=secret"]])
        {
            var (exit, output, error) = await CommandLine.Run(["store", "copy", "--data", _store.Folder, .. arguments]);

            Assert.Equal((2, ""), (exit, output));
            Assert.Matches("^fraud: [^\n]+\n$", error);
            Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Copy_StoreOrDatabaseNotAsNeeded_IsOneLineAndExitCodeOne()
    {
        var missing = await CommandLine.Run("store", "copy", "--data", Path.Combine(_store.Folder, "none"), "--to", _store.To);
        Assert.Equal(1, missing.Exit);
        Assert.Contains("expected a store; --data names another", missing.Error, StringComparison.Ordinal);

        var silent = await CommandLine.Run("store", "copy", "--data", _store.Folder, "--to", "Host=127.0.0.1;Port=1;Username=fraud;Password=secret;Timeout=1");
        Assert.Equal(1, silent.Exit);
        Assert.Matches("^fraud: expected stores that answer [^\n]+\n$", silent.Error);
        Assert.DoesNotContain("secret", silent.Error, StringComparison.Ordinal);

        _store.Execute("CREATE TABLE customers (id integer)");
        var occupied = await CommandLine.Run("store", "copy", "--data", _store.Folder, "--to", _store.To);
        Assert.Equal((1, "fraud: expected an empty database, and it has the table customers\n"), (occupied.Exit, occupied.Error));
    }

    /// <summary>As a power cut or <c>kill -9</c> ends it.</summary>
    [Fact]
    public async Task Copy_Killed_IsRefusedUntilTheDatabaseIsEmptied()
    {
        _store.Change(
            _store.From.SqliteFile,
            "INSERT INTO webhook_events WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT 'event-' || i, i FROM n");
        using (var copy = new OwnedProcess(
            Path.Combine(_store.Folder, "copy.log"), Repository.Root, new Dictionary<string, string> { ["Storage__Postgres"] = _store.To }, "dotnet",
            Path.Combine(AppContext.BaseDirectory, "fraud.dll"), "store", "copy", "--data", _store.Folder))
        {
            await Poll.Until(() => copy.HasEnded || _store.Number(
                "SELECT coalesce(pg_relation_size(to_regclass('webhook_events')), 0)") > 0);
            copy.Kill();
            await copy.WaitForEndAsync().WaitAsync(Poll.Deadline);
            Assert.DoesNotContain("copied and read back", copy.ReadLog(), StringComparison.Ordinal);
        }

        // The server takes a moment to see that it is gone.
        await Poll.Until(() => _store.Number(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'fraud store copy' AND datname = current_database()") == 0);
        var status = await CommandLine.Run("store", "status", "--postgres", _store.To);
        Assert.Equal(1, status.Exit);
        Assert.Contains("its copy was not finished", status.Error, StringComparison.Ordinal);
        Assert.Contains(
            "its copy was not finished", Assert.Single(StoreCheck.Run(_store.Target, TimeProvider.System), static finding => finding.Check == "store").Detail, StringComparison.Ordinal);
        var again = await CommandLine.Run("store", "copy", "--data", _store.Folder, "--to", _store.To);
        Assert.Contains("a copy left that was not finished", again.Error, StringComparison.Ordinal);

        NpgsqlConnection.ClearAllPools();
        _store.Execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        Assert.Equal(0, (await CommandLine.Run("store", "copy", "--data", _store.Folder, "--to", _store.To)).Exit);
    }

    private static long Rows(JsonElement report, string name) => report.GetProperty("tables").EnumerateArray()
        .Single(table => table.GetProperty("table").GetString() == name).GetProperty("rows").GetInt64();
}
