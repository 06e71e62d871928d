using Fraud.Model.Registry;
using Fraud.Stream.Scoring;

namespace Fraud.Http.Inference;

/// <summary>The versions that lie on the disk, by what their manifests say. Thread-safe.</summary>
internal sealed class RepositoryFolder(InferenceOptions options, ScoringOptions scoring, TimeProvider time)
{
    // A repository of more is a wrong folder: each costs a file read per listing.
    private const int MaxEntries = 1_000;

    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(1);

    private volatile Seen? _seen;

    private string Root { get; } = options.Repository.Length > 0 ? options.Repository : RootOf(scoring.Model);

    /// <summary>As they were within the last second: for callers who may ask for what is not there as often as they like.</summary>
    public IReadOnlyList<RepositoryEntry> ListLately()
    {
        var seen = _seen;
        if (seen is null || time.GetElapsedTime(seen.At) > Lately)
        {
            List();
            seen = _seen!;
        }

        return seen.Entries;
    }

    /// <summary>As they are now: reads the folders and every manifest.</summary>
    public List<RepositoryEntry> List()
    {
        var at = time.GetTimestamp();
        var entries = new List<RepositoryEntry>();
        try
        {
            // Folder names are compared with what callers ask for, never made of it.
            foreach (var folder in Directory.EnumerateDirectories(Root).SelectMany(Directory.EnumerateDirectories).Where(ModelDirectory.IsModel).Take(MaxEntries))
            {
                entries.Add(Read(folder));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Gone, or going, or not ours to read: what was found so far is what there is.
        }

        entries.Sort();
        _seen = new Seen(at, [.. entries]);
        return entries;
    }

    private static RepositoryEntry Read(string folder)
    {
        try
        {
            var manifest = ModelManifest.Read(folder);
            return new RepositoryEntry(manifest.Name, manifest.Version, folder);
        }
        catch (ModelRefusedException error)
        {
            return new RepositoryEntry(
                Path.GetFileName(Path.GetDirectoryName(folder)) ?? "", Path.GetFileName(folder), folder, error.Message);
        }
    }

    private static string RootOf(string model)
    {
        var folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(model))) ?? "/";
        return ModelDirectory.IsModel(model) ? Path.GetDirectoryName(folder) ?? "/" : folder;
    }

    private sealed record Seen(long At, IReadOnlyList<RepositoryEntry> Entries);
}
