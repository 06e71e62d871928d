using System.Globalization;

namespace Fraud.Stream.Scoring;

/// <summary>A version's folder and what its files looked like, so that a change is seen.</summary>
// A refused version is not tried again at every tick, but when its files changed: it may have been looked at while they
// were still being copied.
internal readonly record struct FolderStamp(string Directory, string Files)
{
    /// <param name="before">Said again when the folder is gone for the moment, or for good: what is in service stays.</param>
    public static FolderStamp Newest(ModelDirectory directory, FolderStamp before)
    {
        try
        {
            var newest = directory.Newest();
            return new FolderStamp(newest, string.Join(' ', System.IO.Directory.EnumerateFiles(newest).Order(StringComparer.Ordinal).Select(Stamp)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return before;
        }
    }

    private static string Stamp(string file)
    {
        var info = new FileInfo(file);
        return string.Create(CultureInfo.InvariantCulture, $"{info.Name}:{info.Length}:{info.LastWriteTimeUtc.Ticks}");
    }
}
