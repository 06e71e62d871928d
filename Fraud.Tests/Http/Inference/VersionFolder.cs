using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Inference;

/// <summary>A repository of versions 1, 7, 10 and 66, the last of which is damaged.</summary>
internal sealed class VersionFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    public VersionFolder()
    {
        foreach (var version in (string[])["1", "7", "10", "66"])
        {
            AddVersion(version);
        }

        File.AppendAllText(System.IO.Path.Combine(Path, "payments", "66", "model.onnx"), "x");
        Directory.CreateDirectory(System.IO.Path.Combine(Path, "payments", "empty"));
    }

    public string Path => _folder.Path;

    /// <summary>With room for one more version than the one in service.</summary>
    public Dictionary<string, string?> Settings => new() { ["Inference:Repository"] = Path, ["Inference:MaxLoaded"] = "1" };

    public void Dispose() => _folder.Dispose();

    private void AddVersion(string version)
    {
        var folder = System.IO.Path.Combine(Path, "payments", version);
        Directory.CreateDirectory(folder);
        File.Copy(System.IO.Path.Combine(Repository.Root, "models", "payments", "1", "model.onnx"), System.IO.Path.Combine(folder, "model.onnx"));
        (InferenceClient.Manifest with { Version = version }).Write(folder);
    }
}
