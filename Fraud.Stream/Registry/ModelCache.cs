using Fraud.Stream.Storage;

namespace Fraud.Stream.Registry;

/// <summary>
/// Versions from the registry as folders on this machine, so that a restart reads no store for them. Nodes of one
/// machine may share it.
/// </summary>
public sealed class ModelCache(ModelRegistry registry, RegistryOptions options, StorageOptions storage)
{
    private string Root { get; } = options.CacheFolder.Length > 0
        ? options.CacheFolder
        : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(storage.SqliteFile)) ?? ".", "models");

    /// <summary>The folder of a version; its files are as the registry has them.</summary>
    /// <exception cref="Fraud.Model.Registry.ModelRefusedException">The store does not hold what it says.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public string Fetch(RegisteredVersion version)
    {
        var files = registry.Files(version.Model, version.Version);
        var folder = Path.Combine(Root, version.Model, $"{version.Version}-{version.Sha256[..12]}");
        if (files.Count > 0 && VersionFiles.AreWhole(folder, files))
        {
            return folder;
        }

        // Beside its place, and then there at once: another node may look at the same moment.
        var partial = Path.Combine(Root, version.Model, $".{Path.GetRandomFileName()}");
        try
        {
            registry.Export(version.Model, version.Version, partial);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.Move(partial, folder);
        }
        catch (IOException) when (VersionFiles.AreWhole(folder, files))
        {
            // Another node was quicker.
        }
        finally
        {
            if (Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }
        }

        Trim(Path.Combine(Root, version.Model), folder);
        return folder;
    }

    /// <summary>What is loaded is in memory: a folder that somebody still wants is fetched again.</summary>
    private void Trim(string models, string keep)
    {
        try
        {
            foreach (var old in Directory.EnumerateDirectories(models)
                .Where(folder => folder != keep && !Path.GetFileName(folder).StartsWith('.'))
                .OrderByDescending(Directory.GetLastWriteTimeUtc)
                .Skip(options.KeepCached - 1)
                .ToList())
            {
                Directory.Delete(old, recursive: true);
            }
        }
        catch (IOException)
        {
            // Another node is at it, too. What stays is taken away the next time.
        }
    }
}
