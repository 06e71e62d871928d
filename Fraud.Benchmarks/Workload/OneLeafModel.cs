using System.Text;
using Fraud.Model.Features;
using Fraud.Model.Registry;
using Fraud.Model.Scoring;
using Fraud.Model.Training;
using Fraud.Stream.Batching;
using Fraud.Stream.Scoring;

namespace Fraud.Benchmarks.Workload;

/// <summary>
/// A model of one tree that is one leaf: the scoring stage runs as always, gathers its rows and calls ONNX
/// Runtime, and the model itself costs next to nothing.
/// </summary>
internal static class OneLeafModel
{
    // Logit -4: a fraud probability of 0.018, far below every threshold.
    private const string Xgboost = """
        {"learner":{"learner_model_param":{"base_score":"5E-1"},"gradient_booster":{"model":{"trees":[
          {"left_children":[-1],"right_children":[-1],"split_indices":[0],"default_left":[0],"split_conditions":[-4.0]}]}}}}
        """;

    public static ModelHolder Load(Scratch scratch)
    {
        var onnx = XgboostToOnnx.Convert(Encoding.UTF8.GetBytes(Xgboost), FeatureCatalog.Count, trees: 1);
        var folder = scratch.Path("one-leaf");
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), onnx);
        new ModelManifest
        {
            Name = "one-leaf",
            Version = "1",
            Sha256 = ModelManifest.DigestOf(onnx),
            Inputs = [.. FeatureCatalog.Names.Select(static name => new ModelInput(name, InputSource.Profile))],
            Thresholds = new ModelThresholds(0.5, 0.9),
            Training = new TrainingRecord
            {
                DataSha256 = "",
                TrainFrom = "",
                TrainTo = "",
                TestFrom = "",
                TestTo = "",
                LabelDelayDays = 0,
                Rounds = 1,
                Parameters = new Dictionary<string, string>(StringComparer.Ordinal),
            },
            Metrics = new Dictionary<string, double>(StringComparer.Ordinal),
            Baseline = new Dictionary<string, Quantiles>(StringComparer.Ordinal),
            Golden = [],
        }.Write(folder);
        return new ModelHolder(new ServedModel(OnnxModel.Load(folder), new ScoredBy("one-leaf", "1", 0.5f, 0.9f)));
    }
}
