using System.Text.Json;
using Fraud.Stream.Batching;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Cli.Store;

public sealed class RefusedCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteStore _running;

    /// <summary>A store that is open here all the while, as a service has it, and refuses two of three rows.</summary>
    public RefusedCommandTests()
    {
        _running = new SqliteStore(Options, "transactions", TimeProvider.System);
        _running.Open();
        Execute("CREATE TRIGGER refuse BEFORE INSERT ON transactions WHEN new.amount_minor = 1234 BEGIN SELECT RAISE(ABORT, 'secret'); END");
        var owned = _running.OwnAll(1);
        var batches = (IReadOnlyList<MicroBatch>)[FromHttp(Paid("4111111111111111"), Cheap("b"), Paid("c", at: July.AddHours(1)))];
        var commits = owned.Next(batches);
        Assert.Empty(_running.Commit(batches, commits));
        using var rows = _running.Rows.Open();
        rows.Take(0, 1);
        Assert.Equal(2, rows.WriteApart(new(0, 1, 1, _running.ReadJournal(0, 0, 1).Single().Payload)).Refused.Count);
    }

    public void Dispose()
    {
        _running.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Refused_SomeAreParked_ListsThemWithoutCardNumbersAndExitsWith1()
    {
        var text = await Run();
        var json = await Run("--json");

        Assert.Equal((1, ""), (text.Exit, text.Error));
        Assert.Matches("^shard 0, page 1, place 0: \\*{16}, SQLITE_CONSTRAINT_TRIGGER; refused 1 times, last 20", text.Output);
        Assert.EndsWith("sqlite: 2 rows are refused", text.Output.TrimEnd(), StringComparison.Ordinal);
        var report = JsonDocument.Parse(json.Output).RootElement;
        Assert.Equal((1, 2L, false), (json.Exit, report.GetProperty("parked").GetInt64(), report.GetProperty("retried").GetBoolean()));
        Assert.Equal(["****************", "c"], report.GetProperty("rows").EnumerateArray().Select(static row => row.GetProperty("transaction_id").GetString()));
        Assert.DoesNotContain("secret", json.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_OneIsTakenByNow_IsWrittenBesideAServiceAndTheOtherIsSaid()
    {
        Execute("DROP TRIGGER refuse; CREATE TRIGGER refuse BEFORE INSERT ON transactions WHEN new.transaction_id = 'c' BEGIN SELECT RAISE(ABORT, 'no'); END");

        var some = await Run("--retry");
        Execute("DROP TRIGGER refuse");
        var rest = await Run("--retry", "--json");
        var none = await Run();

        Assert.Equal((1, ""), (some.Exit, some.Error));
        Assert.Contains("place 2: c, SQLITE_CONSTRAINT_TRIGGER; refused 2 times", some.Output, StringComparison.Ordinal);
        Assert.EndsWith("sqlite: 1 rows written, 1 are refused still", some.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal((0, 1L), (rest.Exit, JsonDocument.Parse(rest.Output).RootElement.GetProperty("written").GetInt64()));
        Assert.Equal((0, "sqlite: 0 rows are refused"), (none.Exit, none.Output.TrimEnd()));
        Assert.Equal(3, _running.Count().Results);
    }

    private Task<(int Exit, string Output, string Error)> Run(params string[] more) => CommandLine.Run(["store", "refused", "--data", _folder.Path, .. more]);

    private StorageOptions Options => new() { SqliteFile = _folder.File("fraud.db") };

    private static Payment Cheap(string id)
    {
        var payment = Paid(id);
        payment.Transaction.AmountMinor = 1;
        return payment;
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection(Options);
        connection.Execute(sql);
    }
}
