using System.Globalization;
using Fraud.Stream.Storage;

namespace Fraud.Cli.Doctor;

/// <summary>Whether there is room where this machine keeps results.</summary>
internal static class DiskCheck
{
    // A million payments take about 270 MB in SQLite, and its log up to 128 MB more.
    private const long Failure = 256L << 20;
    private const long Warning = 2L << 30;

    public static Finding Run(StorageOptions options)
    {
        var path = Path.GetFullPath(options.Kind == StoreKind.Sqlite ? options.SqliteFile : ".");
        var folder = options.Kind == StoreKind.Sqlite ? Path.GetDirectoryName(path)! : path;
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
        {
            folder = parent;
        }

        long free;
        try
        {
            free = new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail("disk", $"{folder}: {LibraryCheck.OneLine(error.Message)}", "check that the folder's disk is mounted and may be read");
        }

        var detail = string.Create(CultureInfo.InvariantCulture, $"{free / (double)(1L << 30):0.0} GB free at {folder}");
        const string remedy = "make room: a million payments take about 270 MB in SQLite";
        return free < Failure ? Finding.Fail("disk", detail, remedy)
            : free < Warning ? Finding.Warning("disk", detail, remedy)
            : Finding.Ok("disk", detail);
    }
}
