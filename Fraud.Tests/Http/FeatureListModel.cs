using System.Text;
using Fraud.Model.Decoding;
using Fraud.Model.Registry;
using Fraud.Model.Training;
using Fraud.Tests.Model;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http;

/// <summary>A model named creditcard that takes the 30 features: one tree with one split, on V14.</summary>
internal static class FeatureListModel
{
    // V14 is feature 14; below -5 the logit is 4 (0.98), else -4 (0.02).
    private const string Xgboost = """
        {"learner":{"learner_model_param":{"base_score":"5E-1"},"gradient_booster":{"model":{"trees":[
          {"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[14,0,0],"default_left":[0,0,0],"split_conditions":[-5.0,4.0,-4.0]}]}}}}
        """;

    /// <returns>The model's folder, for Scoring:Model.</returns>
    public static string Write(TempFolder folder)
    {
        var version = Directory.CreateDirectory(Path.Combine(folder.File("creditcard"), "1")).FullName;
        var manifest = ModelFolder.Manifest([.. PayloadColumns.Names.Select(static name => new ModelInput(name, InputSource.Payload))]);
        ModelFolder.Write(
            version,
            manifest with { Name = "creditcard", Baseline = new Dictionary<string, Quantiles> { ["V14"] = new(-2, 0, 2) } },
            XgboostToOnnx.Convert(Encoding.UTF8.GetBytes(Xgboost), PayloadColumns.Names.Count, trees: 1));
        return Path.GetDirectoryName(version)!;
    }
}
