using Fraud.Model.Registry;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model;

/// <summary>Folders of models, made for one test.</summary>
internal static class ModelFolder
{
    public static string Shipped { get; } = Path.Combine(Repository.Root, "models", "payments", "1");

    /// <summary>A manifest that is as short as one can be.</summary>
    public static ModelManifest Manifest(params ModelInput[] inputs) => new()
    {
        Name = "test",
        Version = "1",
        Sha256 = new string('0', 64),
        Inputs = inputs,
        Thresholds = new ModelThresholds(0.25, 0.75),
        Training = new TrainingRecord
        {
            DataSha256 = "",
            TrainFrom = "2024-01-01",
            TrainTo = "2024-01-07",
            TestFrom = "2024-01-15",
            TestTo = "2024-01-21",
            LabelDelayDays = 7,
            Rounds = 1,
            Parameters = new Dictionary<string, string> { ["seed"] = "42" },
        },
        Metrics = new Dictionary<string, double> { ["average_precision"] = 0.5 },
        Baseline = new Dictionary<string, Quantiles>(),
        Golden = [],
    };

    public static void Write(string folder, ModelManifest manifest, byte[] onnx)
    {
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), onnx);
        (manifest with { Sha256 = ModelManifest.DigestOf(onnx) }).Write(folder);
    }

    /// <summary>The shipped model, for a test to spoil.</summary>
    public static void CopyShipped(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(Shipped))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }
}
