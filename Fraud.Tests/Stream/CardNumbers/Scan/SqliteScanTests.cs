using Fraud.Stream.CardNumbers.Scan;
using Fraud.Stream.Events;
using Fraud.Stream.Storage;
using Fraud.Tests.Stream.Storage;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.CardNumbers.Scan;

public sealed class SqliteScanTests : StoreScanContract
{
    private readonly TempFolder _folder = new();

    public SqliteScanTests()
    {
        Options = new StorageOptions { SqliteFile = _folder.File("fraud.db") };
        new EventsFile(Options).Ensure();
    }

    protected override StorageOptions Options { get; }

    [Fact]
    public void Mend_ServiceHasTheFile_IsRefusedAndChangesNothing()
    {
        Fill();
        using (Open())
        {
            Assert.Throws<StoreInUseException>(() => Mend());
        }

        Assert.True(Look().Found > 30);
        Mend();
        Assert.Equal(0, Look().Found);
    }

    [Fact]
    public void Open_WhileAMendRuns_Waits()
    {
        Fill();
        var isRefused = false;

        Mend(_ => isRefused |= Record.Exception(() =>
        {
            using var store = StoreFactory.Create(
                new StorageOptions { SqliteFile = Options.SqliteFile, BusyTimeout = TimeSpan.Zero }, FilledStore.Topic, TimeProvider.System);
            store.Open();
        }) is StoreUnavailableException);

        Assert.True(isRefused);
    }

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    protected override string UnsentOfEarlier() => EarlierTables.SqliteOutbox + FilledStore.Unsent(static hex => $"x'{hex}'");

    protected override void Execute(string sql)
    {
        using var connection = new SqliteConnection(Options);
        connection.Execute(sql);
    }

    protected override string Dump() => StoreDump.Of(_folder);
}
