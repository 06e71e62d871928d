using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Model.Registry;
using Fraud.Model.Scoring;
using Fraud.Model.Training;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.Training;

/// <summary>
/// The gate that a change of features, training or export has to pass: models must still find the frauds of a
/// seeded simulation. Bounds stand a tenth below what was measured when they were set.
/// </summary>
public sealed class ModelQualityTests(ModelQualityTests.Simulation simulation) : IClassFixture<ModelQualityTests.Simulation>
{
    [Fact]
    public void Train_SimulatedHistory_FindsTheFrauds()
    {
        var report = simulation.Model.Report;

        // Measured: 0.693, 0.863 and 1.
        AtLeast(0.62, report.AveragePrecision, "average precision");
        AtLeast(0.78, report.RocAuc, "ROC AUC");
        AtLeast(0.99, report.Recalls[1], "recall of amounts above 220");
    }

    [Fact]
    public void Train_SimulatedHistory_IsFarBetterThanTheAmountAlone()
    {
        var test = simulation.Model.Test;
        var amounts = Enumerable.Range(0, test.Rows).Select(i => test.Row(i)[0]).ToArray();

        // Measured: 1.41 times as good.
        AtLeast(
            1.25 * Ranking.AveragePrecision(amounts, test.IsFraud), simulation.Model.Report.AveragePrecision,
            "average precision against that of the amount");
    }

    [Fact]
    public void Export_SimulatedHistory_EqualsXgboostOnEveryTestRow()
    {
        using var folder = new TempFolder();

        var difference = ModelWriter.Write(folder.Path, "simulated", "1", simulation.Model, SimulatedHistory.Options, "");

        Assert.True(simulation.Model.Test.Rows > 5_000);
        Assert.InRange(difference, 0, 1e-5);
    }

    [Fact]
    public void ShippedModel_SimulatedHistory_StillFindsTheFrauds()
    {
        // The shipped model was trained on other data of the same making: features that changed their meaning show here.
        using var shipped = OnnxModel.Load(ModelFolder.Shipped);
        var options = SimulatedHistory.Options with { Features = [.. shipped.Manifest.Inputs.Select(static input => input.Name)] };
        var test = HandbookProtocol.Test(simulation.Rows, options, [.. options.Features.Select(FeatureCatalog.IndexOf)]);

        var scores = ModelWriter.Score(shipped, test);

        // Measured: 0.759 and 0.916.
        AtLeast(0.68, Ranking.AveragePrecision(scores, test.IsFraud), "average precision");
        AtLeast(0.82, Ranking.RocAuc(scores, test.IsFraud), "ROC AUC");
    }

    [Fact]
    public void ShippedModel_OnTheHandbook_IsBetterThanTheHandbooksFeatures()
    {
        // The handbook's features in the same harness, on the same days, gave these two: docs/model-quality.md.
        var metrics = ModelManifest.Read(ModelFolder.Shipped).Metrics;

        AtLeast(0.766 + 0.02, metrics["average_precision"], "average precision");
        AtLeast(0.37, metrics["card_precision_at_100"], "card precision@100");
    }

    [Fact]
    public void Train_SimulatedHistory_IsFarBetterThanTheHandbooksFeatures()
    {
        var handbook = new Trainer(SimulatedHistory.Options with
        {
            Features = [.. FeatureCatalog.Names.Take(FeatureCatalog.HandbookCount)],
        }).Train(simulation.Rows).Report;

        AtLeast(handbook.AveragePrecision + 0.03, simulation.Model.Report.AveragePrecision, "average precision");
    }

    [Fact]
    public void Train_SimulatedHistory_GivesProbabilities() =>
        Assert.InRange(simulation.Model.Report.CalibrationError, 0, 0.01);

    /// <summary>No known rule finds more; a bound that a model passes clearly would be no bound.</summary>
    [Fact]
    public void Oracle_SimulatedHistory_IsNotBeaten()
    {
        var options = SimulatedHistory.Options;
        var history = SimulatedHistory.Rows(1_500, seed: 20_180_401).ToList();
        var scores = new ScenarioOracle(options.DelayDays).Score(history, options.TrainFrom);
        var rows = new Dataset(1);
        for (var i = 0; i < simulation.Rows.Rows; i++)
        {
            rows.Add([scores[i]], simulation.Rows.IsFraud(i), simulation.Rows.Info[i]);
        }

        var test = HandbookProtocol.Test(rows, options, [0]);

        AtLeast(simulation.Model.Report.AveragePrecision - 0.03, Ranking.AveragePrecision(test.Values, test.IsFraud), "average precision");
    }

    /// <summary>Every version under models/ loads, which scores its golden rows, and has some.</summary>
    [Fact]
    public void ShippedModels_All_ScoreTheirGoldenRows()
    {
        var manifests = Directory.GetFiles(Path.Combine(Repository.Root, "models"), "manifest.json", SearchOption.AllDirectories);

        Assert.NotEmpty(manifests);
        Assert.All(manifests, static file =>
        {
            using var model = OnnxModel.Load(Path.GetDirectoryName(file)!);
            Assert.NotEmpty(model.Manifest.Golden);
            using var scorer = model.CreateScorer(1);
            foreach (var golden in model.Manifest.Golden)
            {
                scorer.SetRaw(0, [.. golden.Inputs]);
                Assert.Equal(golden.Score, scorer.Score(1)[0], 1e-5f);
            }
        });
    }

    private static void AtLeast(double bound, double value, string what) =>
        Assert.True(value >= bound, FormattableString.Invariant($"{what}: expected at least {bound:0.000}, was {value:0.0000}"));

    /// <summary>One replay and one training for all tests of the class.</summary>
    public sealed class Simulation
    {
        public Simulation()
        {
            var options = SimulatedHistory.Options;
            Rows = new FeatureReplay(new ProfileOptions()).Run(SimulatedHistory.Rows(1_500, seed: 20_180_401), options.TrainFrom, options.TestTo);
            Model = new Trainer(options).Train(Rows);
        }

        public Dataset Rows { get; }

        public TrainedModel Model { get; }
    }
}
