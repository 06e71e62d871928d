using System.Globalization;
using Fraud.Model.Scoring;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Scoring;

/// <summary>Finds and loads the newest version in a model's folder.</summary>
/// <param name="folder">Null: that of Scoring:Model.</param>
public sealed class ModelDirectory(ScoringOptions options, string? folder = null)
{
    /// <summary>Holds a folder for each version, or is one.</summary>
    public string Folder => folder ?? options.Model;

    /// <summary>The folder to serve: the one with the highest version number, or the folder itself when it is a version.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no model.</exception>
    public string Newest()
    {
        if (IsModel(Folder))
        {
            return Folder;
        }

        return Versions() is [.., var newest] ? newest : throw new DirectoryNotFoundException(
            $"{ScoringOptions.Section}:Model: expected a folder with versions that hold model.onnx and manifest.json; found none in '{Folder}'");
    }

    /// <summary>The folders of all versions, the newest last.</summary>
    public IReadOnlyList<string> Versions() =>
        IsModel(Folder) ? [Folder]
        : !Directory.Exists(Folder) ? []
        :
        [
            .. Directory.EnumerateDirectories(Folder)
                .Where(IsModel)
                .Select(static path => (Path: path, Version: VersionOf(path)))
                .Where(static candidate => candidate.Version >= 0)
                .OrderBy(static candidate => candidate.Version)
                .Select(static candidate => candidate.Path),
        ];

    /// <summary>Loads and probes a version.</summary>
    /// <exception cref="ModelRefusedException">The model failed its probe.</exception>
    public ServedModel Load(string directory)
    {
        var model = OnnxModel.Load(directory);
        var manifest = model.Manifest;
        return new ServedModel(model, new ScoredBy(
            manifest.Name,
            manifest.Version,
            (float)(options.ReviewThreshold ?? manifest.Thresholds.Review),
            (float)(options.BlockThreshold ?? manifest.Thresholds.Block)));
    }

    /// <summary>Whether a folder is a version: holds a model and its manifest.</summary>
    public static bool IsModel(string path) =>
        File.Exists(Path.Combine(path, "manifest.json")) && File.Exists(Path.Combine(path, "model.onnx"));

    private static int VersionOf(string path) =>
        int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;
}
