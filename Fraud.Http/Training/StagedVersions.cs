using System.Globalization;
using Fraud.Stream.Registry;
using Fraud.Stream.Scoring;

namespace Fraud.Http.Training;

/// <summary>
/// Versions that were trained and are not served. They lie in <c>staged/</c> of the model's folder, where nobody looks
/// for versions to serve; moving one up beside the others puts it in service.
/// </summary>
public sealed class StagedVersions(ScoringOptions scoring, TrainingSettings settings, IModelRegistry? registry = null)
{
    /// <summary>The model's folder, also when the settings name one of its versions.</summary>
    private string ModelFolder
    {
        get
        {
            var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(scoring.Model));
            return File.Exists(Path.Combine(folder, "manifest.json")) ? Path.GetDirectoryName(folder)! : folder;
        }
    }

    private string Folder => settings.StagingFolder.Length > 0 ? settings.StagingFolder : Path.Combine(ModelFolder, "staged");

    public string Model => Path.GetFileName(ModelFolder);

    /// <summary>One above all there are, served or not.</summary>
    public string Next() => (1 + Versions(ModelFolder).Concat(Versions(Folder)).Concat(Registered()).DefaultIfEmpty(0).Max())
        .ToString(CultureInfo.InvariantCulture);

    /// <summary>Takes a version over from where it was made.</summary>
    /// <returns>Where it lies now.</returns>
    /// <exception cref="IOException">It cannot be written, or a version of this number is there.</exception>
    public string Take(string made, string version) => Copy(made, Folder, version);

    /// <summary>Moves a staged version up beside those that may be served; the service takes the highest number.</summary>
    /// <returns>Where it lies now.</returns>
    /// <exception cref="IOException">It cannot be written, or a version of this number is there.</exception>
    public string Promote(string version)
    {
        var from = Path.Combine(Folder, version);
        var target = Copy(from, ModelFolder, version);
        Directory.Delete(from, recursive: true);
        return target;
    }

    private static string Copy(string made, string folder, string version)
    {
        var target = Path.Combine(folder, version);
        var partial = Path.Combine(Directory.CreateDirectory(folder).FullName, $".{version}.new");
        if (Directory.Exists(partial))
        {
            // Of a try that broke off.
            Directory.Delete(partial, recursive: true);
        }

        Directory.CreateDirectory(partial);
        foreach (var file in Directory.EnumerateFiles(made))
        {
            File.Copy(file, Path.Combine(partial, Path.GetFileName(file)));
        }

        Directory.Move(partial, target);
        return target;
    }

    private IEnumerable<int> Registered() => registry is null ? [] : registry.List(Model).Select(static version => Number(version.Version));

    private static IEnumerable<int> Versions(string folder) => !Directory.Exists(folder)
        ? []
        : Directory.EnumerateDirectories(folder)
            .Select(static path => Number(Path.GetFileName(path)));

    private static int Number(string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
}
