using System.Text.Json;
using Fraud.Cli.Arguments;
using Fraud.Cli.Store;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using static Fraud.Tests.Stream.Storage.StoredPayments;

namespace Fraud.Tests.Cli.Store;

public sealed class PurgeCommandTests : IDisposable
{
    private const string Card = "anna-4711";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Purge_Twice_SaysWhatWasReplacedAndNotReachedAndNeverTheCard()
    {
        Fill();

        var first = await CommandLine.Run("store", "purge", "--card", Card, "--data", _folder.Path);
        var second = await CommandLine.Run("store", "purge", "--card", Card, "--data", _folder.Path, "--json");

        Assert.Equal((0, ""), (first.Exit, first.Error));
        Assert.Contains("transactions.card_id: 2 of 3 replaced", first.Output, StringComparison.Ordinal);
        Assert.Contains("sqlite: 3 values replaced", first.Output, StringComparison.Ordinal);
        Assert.Contains("- Kafka's topics", first.Output, StringComparison.Ordinal);
        Assert.Contains("- backups", first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not searched", first.Output, StringComparison.Ordinal);
        var json = JsonDocument.Parse(second.Output).RootElement;
        Assert.Equal((0, 0L, true), (second.Exit, json.GetProperty("replaced").GetInt64(), json.GetProperty("texts_searched").GetBoolean()));
        Assert.DoesNotContain(Card, first.Output + second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Purge_ShortCard_SaysThatTextsWereNotSearched()
    {
        Fill();

        Assert.Contains("not searched", (await CommandLine.Run("store", "purge", "--card", "c", "--data", _folder.Path)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Purge_ServiceHasTheStore_SaysSoInOneLineWithoutTheCard()
    {
        using var store = Open();
        store.Open();

        var purge = await CommandLine.Run("store", "purge", "--card", Card, "--data", _folder.Path);

        Assert.Equal(1, purge.Exit);
        Assert.Matches("^fraud: expected a store that no service uses: .*\n$", purge.Error);
        Assert.DoesNotContain(Card, purge.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Purge_NoCardOrNoStore_IsAnErrorAndMakesNone()
    {
        Assert.Equal(2, (await CommandLine.Run("store", "purge", "--data", _folder.Path)).Exit);
        Assert.Equal(1, (await CommandLine.Run("store", "purge", "--card", Card, "--data", _folder.Path)).Exit);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Read_Dash_IsTheFirstLineOfTheInput()
    {
        Assert.Equal(Card, PurgeCommand.Read("-", new StringReader($"{Card}\nanother\n")));
        Assert.Equal(Card, PurgeCommand.Read(Card, TextReader.Null));
        Assert.Throws<UsageException>(() => PurgeCommand.Read("-", TextReader.Null));
        Assert.Throws<UsageException>(() => PurgeCommand.Read("-", new StringReader("  \n")));
    }

    private IFraudStore Open() => StoreFactory.Create(new StorageOptions { SqliteFile = _folder.File("fraud.db") }, "transactions", TimeProvider.System);

    private void Fill()
    {
        using var store = Open();
        store.Open();
        store.OwnAll(1).Commit(FromHttp(Paid("a", card: Card), Paid("b", card: Card), Paid("c", card: "other")));
    }
}
