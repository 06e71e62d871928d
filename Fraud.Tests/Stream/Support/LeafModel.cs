using System.Globalization;
using System.Text;
using Fraud.Model.Features;
using Fraud.Model.Registry;
using Fraud.Model.Training;
using Fraud.Tests.Model;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Support;

/// <summary>A model of payments that gives every payment the same score.</summary>
internal static class LeafModel
{
    /// <param name="logit">-4 is 0.018, 0 is a half, 4 is 0.982; the thresholds are 0.25 and 0.75.</param>
    /// <returns>The version's folder.</returns>
    public static string Write(TempFolder folder, string version, double logit, string name = "leaf")
    {
        var xgboost = """
            {"learner":{"learner_model_param":{"base_score":"5E-1"},"gradient_booster":{"model":{"trees":[
              {"left_children":[-1],"right_children":[-1],"split_indices":[0],"default_left":[0],"split_conditions":[LOGIT]}]}}}}
            """.Replace("LOGIT", logit.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var path = Directory.CreateDirectory(Path.Combine(folder.Path, name, version)).FullName;
        var manifest = ModelFolder.Manifest([.. FeatureCatalog.Names.Select(static feature => new ModelInput(feature, InputSource.Profile))]);
        ModelFolder.Write(
            path, manifest with { Name = name, Version = version },
            XgboostToOnnx.Convert(Encoding.UTF8.GetBytes(xgboost), FeatureCatalog.Count, trees: 1));
        return path;
    }
}
