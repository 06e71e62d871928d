using Fraud.Stream.Storage;
using Fraud.Tests.Support;
using Microsoft.Extensions.Options;

namespace Fraud.Tests.Stream.Storage;

public sealed class SqliteFileLockTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_AnotherServiceHasTheFile_IsRefusedAndNamesTheFile()
    {
        using var first = Lock();
        using var second = Lock();
        await first.StartAsync(CancellationToken.None);

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => second.StartAsync(CancellationToken.None));

        Assert.Equal(
            $"Storage:SqliteFile: expected a file that no other service has, and another one has {_folder.File("fraud.db")}", Assert.Single(refused.Failures));
    }

    [Fact]
    public async Task Start_TheOtherServiceHasEnded_TakesTheFile()
    {
        using var first = Lock();
        await first.StartAsync(CancellationToken.None);
        await first.StopAsync(CancellationToken.None);
        using var second = Lock();
        // Stopped, and what it runs may not have ended yet.
        await Assert.ThrowsAsync<OptionsValidationException>(() => second.StartAsync(CancellationToken.None));

        first.Dispose();

        await second.StartAsync(CancellationToken.None);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(_folder.File("fraud.db.lock")) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public async Task Start_OtherFilesAndPostgres_AreNotInEachOthersWay()
    {
        using var first = Lock();
        using var other = new SqliteFileLock(new StorageOptions { SqliteFile = _folder.File("other.db") });
        using var shared = new SqliteFileLock(new StorageOptions { Kind = StoreKind.Postgres, SqliteFile = _folder.File("fraud.db") });
        await first.StartAsync(CancellationToken.None);

        await other.StartAsync(CancellationToken.None);
        await shared.StartAsync(CancellationToken.None);
    }

    /// <summary>Commands open the store of a service that runs.</summary>
    [Fact]
    public async Task Open_WhileAServiceHasTheFile_IsNotHeldUp()
    {
        using var first = Lock();
        await first.StartAsync(CancellationToken.None);
        using var store = new SqliteStore(new StorageOptions { SqliteFile = _folder.File("fraud.db") }, "transactions", TimeProvider.System);

        store.Open();

        Assert.Equal(0, store.Count().Results);
    }

    private SqliteFileLock Lock() => new(new StorageOptions { SqliteFile = _folder.File("fraud.db") });
}
