using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Fraud.Stream.Storage;

/// <summary>
/// Holds the store's SQLite file for this service as long as it runs: a second one is refused at its start, where the two would take the
/// shards from each other for ever (rule 29 of docs/decisions/0011). Commands that look at the store need no lock. Nothing to do with PostgreSQL.
/// </summary>
/// <remarks>The lock is the kernel's, on a file beside the store's: it ends with the process, however that ends.</remarks>
internal sealed class SqliteFileLock(StorageOptions options) : IHostedService, IDisposable
{
    private FileStream? _held;

    /// <exception cref="OptionsValidationException">Another service has the file.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Take();
        return Task.CompletedTask;
    }

    /// <exception cref="OptionsValidationException">Another service has the file.</exception>
    public void Take()
    {
        if (options.Kind == StoreKind.Sqlite)
        {
            _held ??= Take(Path.GetFullPath(options.SqliteFile) + ".lock");
        }
    }

    // Held until all that was started behind it has stopped.
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _held?.Dispose();

    private FileStream Take(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var how = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new FileStream(path, how);
        }
        catch (IOException error) when (error.GetType() == typeof(IOException) && File.Exists(path))
        {
            throw new OptionsValidationException(
                StorageOptions.Section, typeof(StorageOptions),
                [$"{StorageOptions.Section}:SqliteFile: expected a file that no other service has, and another one has {options.SqliteFile}"]);
        }
    }
}
