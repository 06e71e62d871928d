using System.Globalization;
using System.Text.Json.Nodes;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Support;

/// <summary>A model's folder of the test's own, with as many versions of the shipped model as it asks for.</summary>
internal sealed class ModelVersions : IDisposable
{
    private readonly TempFolder _folder = new();

    public ModelVersions() => Add(1);

    public string Folder => _folder.Path;

    /// <summary>The shipped model under another version number, put in place at once as a careful operator would.</summary>
    public string Add(int version, bool broken = false)
    {
        var target = PathOf(version);
        var shipped = Path.Combine(Repository.Root, "models", "payments", "1");
        var staging = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())).FullName;
        File.Copy(Path.Combine(shipped, "model.onnx"), Path.Combine(staging, "model.onnx"));
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(shipped, "manifest.json")))!;
        manifest["version"] = version.ToString(CultureInfo.InvariantCulture);
        if (broken)
        {
            manifest["sha256"] = new string('0', 64);
        }

        File.WriteAllText(Path.Combine(staging, "manifest.json"), manifest.ToJsonString());
        if (Directory.Exists(target))
        {
            foreach (var file in Directory.EnumerateFiles(staging))
            {
                File.Move(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
            }

            Directory.Delete(staging);
        }
        else
        {
            Directory.Move(staging, target);
        }

        return target;
    }

    public string PathOf(int version) => Path.Combine(Folder, version.ToString(CultureInfo.InvariantCulture));

    public void Dispose() => _folder.Dispose();
}
