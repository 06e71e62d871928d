using Fraud.Stream.Storage;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Storage;

/// <summary>Who on the machine may read what the store writes.</summary>
public sealed class SqliteFileRightsTests : IDisposable
{
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_NewStore_IsItsOwnersAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var store = new SqliteStore(new StorageOptions { SqliteFile = _folder.File("fraud.db") }, "transactions", TimeProvider.System);
        store.Open();

        var files = Directory.GetFiles(_folder.Path);
        Assert.Contains(files, static file => file.EndsWith("fraud.db", StringComparison.Ordinal));
        Assert.Contains(files, static file => file.EndsWith("-wal", StringComparison.Ordinal));
        Assert.All(files, static file => Assert.Equal((file, OwnersAlone), (file, OperatingSystem.IsWindows() ? OwnersAlone : File.GetUnixFileMode(file))));
    }

    [Fact]
    public void Open_FileThatItsOwnerOpenedToAGroup_StaysSo()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var file = _folder.File("fraud.db");
        using (var store = new SqliteStore(new StorageOptions { SqliteFile = file }, "transactions", TimeProvider.System))
        {
            store.Open();
        }

        File.SetUnixFileMode(file, OwnersAlone | UnixFileMode.GroupRead);
        using var again = new SqliteStore(new StorageOptions { SqliteFile = file }, "transactions", TimeProvider.System);
        again.Open();

        Assert.Equal(OwnersAlone | UnixFileMode.GroupRead, File.GetUnixFileMode(file));
    }
}
