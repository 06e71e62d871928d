using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fraud.Faults.Processes;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.CardNumbers.Scan;
using Fraud.Tests.Support;

namespace Fraud.Tests.Cli.Store;

public sealed partial class ScanCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StorageOptions _options;

    public ScanCommandTests() => _options = new StorageOptions { SqliteFile = _folder.File("fraud.db") };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Scan_Mend_Scan_SaysWhatThereIsAndNeverANumber()
    {
        Fill();

        var before = await CommandLine.Run("store", "scan", "--data", _folder.Path);
        var mend = await CommandLine.Run("store", "scan", "--mend", "--data", _folder.Path, "--json");
        var after = await CommandLine.Run("store", "scan", "--data", _folder.Path);

        Assert.Equal((1, ""), (before.Exit, before.Error));
        Assert.Contains("transactions.card_id: 3 rows, 2 with card numbers (2 in identifiers, 0 in texts)", before.Output, StringComparison.Ordinal);
        Assert.Contains("model_files.content: not looked at (files of models)", before.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (mend.Exit, mend.Error));
        Assert.True(JsonDocument.Parse(mend.Output).RootElement.GetProperty("found").GetInt64() > 25);
        Assert.Equal(0, after.Exit);
        Assert.EndsWith("sqlite: 0 values with card numbers in 0 columns", after.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotMatch(FourDigits(), before.Output + mend.Output);
    }

    [Fact]
    public async Task Scan_NoStore_IsAnErrorAndMakesNone()
    {
        var scan = await CommandLine.Run("store", "scan", "--data", _folder.Path);

        Assert.Equal(1, scan.Exit);
        Assert.Contains("expected a store", scan.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
        Assert.Equal(2, (await CommandLine.Run("store", "scan", "--none")).Exit);
    }

    [Fact]
    public async Task Mend_UnknownTable_IsNamedAndLeftAsItIs()
    {
        Fill();
        using (var connection = new SqliteConnection(_options))
        {
            connection.Execute("CREATE TABLE notes (note TEXT); INSERT INTO notes VALUES ('4111 1111 1111 1111')");
        }

        var mend = await CommandLine.Run("store", "scan", "--mend", "--data", _folder.Path);

        Assert.Equal(1, mend.Exit);
        Assert.Contains("notes.note: 1 rows, 1 with card numbers (0 in identifiers, 1 in texts); a column that this program does not know", mend.Output, StringComparison.Ordinal);
        Assert.Contains("notes.note: 1 rows, 1 with", (await CommandLine.Run("store", "scan", "--data", _folder.Path)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mend_ServiceHasTheStore_SaysSoInOneLine()
    {
        using var store = StoreFactory.Create(_options, FilledStore.Topic, TimeProvider.System);
        FilledStore.Fill(store);

        var mend = await CommandLine.Run("store", "scan", "--mend", "--data", _folder.Path);

        Assert.Equal(1, mend.Exit);
        Assert.Matches("^fraud: expected a store that no service uses: .*\n$", mend.Error);
    }

    [Fact]
    public async Task Mend_WithoutKey_SaysWhereToGiveIt()
    {
        Fill();
        using var mend = Start(new Dictionary<string, string> { ["CardNumbers__TokenKey"] = "" });
        await mend.WaitForEndAsync().WaitAsync(Poll.Deadline);

        Assert.Equal(1, mend.ExitCode);
        Assert.StartsWith("fraud: CardNumbers:TokenKey: expected the key that the service uses", mend.ReadLog(), StringComparison.Ordinal);
        Assert.Equal(1, (await CommandLine.Run("store", "scan", "--data", _folder.Path)).Exit);
    }

    [Fact]
    public async Task Mend_KilledInTheMiddle_IsFinishedByTheNext()
    {
        Fill();
        using (var connection = new SqliteConnection(_options))
        {
            connection.Execute(
                """
                INSERT INTO label_journal (sequence, transaction_id, card_id, terminal_id, event_time, fraud_delta)
                WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
                SELECT i, '4111111111111111-' || i, '5500005555555559', '', 1, 1 FROM n
                """);
        }

        using (var mend = Start(new Dictionary<string, string>()))
        {
            // The log grows with the first pages that are replaced.
            var log = new FileInfo(_folder.File("fraud.db-wal"));
            await Poll.Until(() =>
            {
                log.Refresh();
                return mend.HasEnded || (log.Exists && log.Length > 1_000_000);
            });
            mend.Kill();
            await mend.WaitForEndAsync().WaitAsync(Poll.Deadline);
        }

        Assert.Equal(0, (await CommandLine.Run("store", "scan", "--mend", "--data", _folder.Path)).Exit);
        var after = await CommandLine.Run("store", "scan", "--data", _folder.Path);
        Assert.Equal(0, after.Exit);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"label_journal.card_id: {39_901 + 1:N0} rows, 0 with"), after.Output, StringComparison.Ordinal);
    }

    private OwnedProcess Start(Dictionary<string, string> environment) => new(
        _folder.File("mend.log"), Repository.Root, environment, "dotnet",
        Path.Combine(AppContext.BaseDirectory, "fraud.dll"), "store", "scan", "--mend", "--data", _folder.Path);

    private void Fill()
    {
        using var store = StoreFactory.Create(_options, FilledStore.Topic, TimeProvider.System);
        FilledStore.Fill(store);
    }

    [GeneratedRegex("[0-9]{4}", RegexOptions.None, 1_000)]
    private static partial Regex FourDigits();
}
