using System.Globalization;
using Fraud.Model.Registry;

namespace Fraud.Stream.Scoring;

/// <summary>Folders of models that are served beside the champion.</summary>
internal static class ServedFolder
{
    public static bool HasModel(string folder) => Newest(folder) is not null;

    /// <summary>The folder itself when it is a version, else that of its highest version.</summary>
    /// <param name="setting">That names it, for the message.</param>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static string Find(string folder, string setting) => Newest(folder) ?? throw new DirectoryNotFoundException(
        $"{setting}: expected a folder with versions, or a version, that hold model.onnx and manifest.json; found none in '{folder}'");

    /// <exception cref="ModelRefusedException">It takes something else.</exception>
    public static void Expect(ServedModel model, bool takesPayload, string setting)
    {
        if (model.TakesPayload != takesPayload)
        {
            throw new ModelRefusedException(takesPayload
                ? $"{setting}: expected a model of the 30 features of the card data set"
                : $"{setting}: expected a model of payments, as the one it stands in for");
        }
    }

    /// <summary>Loads and probes a version that stands in for one that is served.</summary>
    /// <param name="takesPayload">As that one does: what comes to it stays the same.</param>
    /// <exception cref="ModelRefusedException">It failed its probe, or takes something else.</exception>
    public static ServedModel Load(ModelDirectory directory, string folder, bool takesPayload, string name)
    {
        var model = directory.Load(folder);
        try
        {
            Expect(model, takesPayload, name);
            return model;
        }
        catch
        {
            model.Release();
            throw;
        }
    }

    private static string? Newest(string folder) => ModelDirectory.IsModel(folder) ? folder
        : !Directory.Exists(folder) ? null
        : Directory.EnumerateDirectories(folder)
            .Where(ModelDirectory.IsModel)
            .Select(static path => (Path: path, Version: int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1))
            .Where(static candidate => candidate.Version >= 0)
            .OrderByDescending(static candidate => candidate.Version)
            .Select(static candidate => candidate.Path)
            .FirstOrDefault();
}
