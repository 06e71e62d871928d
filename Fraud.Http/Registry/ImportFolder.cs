using Fraud.Model.Registry;
using Fraud.Stream.Registry;
using Fraud.Stream.Scoring;

namespace Fraud.Http.Registry;

/// <summary>Takes versions in that lie in one folder of this machine. What lies elsewhere cannot be named over HTTP.</summary>
internal sealed class ImportFolder(ModelRegistry registry, RegistryOptions options, ScoringOptions scoring)
{
    private string Root { get; } = Path.GetFullPath(options.ImportFolder.Length > 0 ? options.ImportFolder : RootOf(scoring.Model));

    /// <param name="source">A path, or a file:// address; a path that is not absolute counts from the folder.</param>
    /// <exception cref="MlflowRefusedException">It is elsewhere, or no version of this model.</exception>
    /// <exception cref="ModelRefusedException">It failed its probe.</exception>
    public RegisteredVersion Register(string model, string source, VersionOrigin origin)
    {
        var path = source.StartsWith("file:", StringComparison.Ordinal) && Uri.TryCreate(source, UriKind.Absolute, out var address)
            ? address.LocalPath
            : source;
        string folder;
        try
        {
            folder = Path.GetFullPath(path, Root);
        }
        catch (ArgumentException)
        {
            // A path with a zero in it.
            throw Elsewhere();
        }

        // Links lead elsewhere too, and are followed when the files are read.
        if (!folder.StartsWith(Root.TrimEnd('/') + '/', StringComparison.Ordinal) || !ModelDirectory.IsModel(folder)
            || new DirectoryInfo(folder).LinkTarget is not null)
        {
            throw Elsewhere();
        }

        if (ModelManifest.Read(folder).Name != model)
        {
            throw new MlflowRefusedException(MlflowProblems.Wrong("name", "the name in the manifest of the version"));
        }

        return registry.Register(folder, origin);
    }

    private static MlflowRefusedException Elsewhere() => new(MlflowProblems.Wrong(
        "source", "a folder with model.onnx and manifest.json below Registry:ImportFolder; 'fraud models register' takes one from anywhere"));

    private static string RootOf(string model)
    {
        var folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(model))) ?? "/";
        return ModelDirectory.IsModel(model) ? Path.GetDirectoryName(folder) ?? "/" : folder;
    }
}
