using Fraud.Model.Cards;
using Fraud.Model.Decoding;
using Fraud.Model.Scoring;
using Fraud.Model.Training;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.Cards;

public sealed class ShippedCardModelTests
{
    public static TheoryData<string> Names { get; } = ["creditcard", "creditcard-snn"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Load_ShippedModel_GivesItsGoldenScoresInAnyBatch(string name)
    {
        using var model = OnnxModel.Load(FolderOf(name));
        var golden = model.Manifest.Golden;
        Assert.Equal(16, golden.Count);
        Assert.Contains(golden, row => row.Score >= model.Manifest.Thresholds.Block);
        Assert.Contains(golden, row => row.Score < model.Manifest.Thresholds.Review);
        Assert.Equal(PayloadColumns.Names, model.Manifest.Inputs.Select(static input => input.Name));

        foreach (var size in (int[])[1, 5, 16])
        {
            using var scorer = model.CreateScorer(size);
            for (var start = 0; start < golden.Count; start += size)
            {
                var count = Math.Min(size, golden.Count - start);
                for (var row = 0; row < count; row++)
                {
                    scorer.SetRaw(row, [.. golden[start + row].Inputs]);
                }

                Assert.All(
                    scorer.Score(count).ToArray().Zip(golden.Skip(start)),
                    static pair => Assert.Equal(pair.Second.Score, pair.First, 1e-5f));
            }
        }
    }

    /// <summary>What the manifests say of the models' quality may not fall unnoticed when they are trained again.</summary>
    [Theory]
    [InlineData("creditcard", 0.96, 0.82)]
    [InlineData("creditcard-snn", 0.92, 0.80)]
    public void Metrics_ShippedModel_AreAtLeastWhatTheyWere(string name, double rocAuc, double recall)
    {
        using var model = OnnxModel.Load(FolderOf(name));

        Assert.InRange(model.Manifest.Metrics["roc_auc"], rocAuc, 1);
        Assert.InRange(model.Manifest.Metrics["recall_at_one_percent_false_positives"], recall, 1);
    }

    [Fact]
    public void SpikingCheck_ShippedNetwork_ScoresAsTheTrainersForwardPass()
    {
        using var model = OnnxModel.Load(FolderOf("creditcard-snn"));
        var rows = new Dataset(30);
        // Around the golden rows, so that neurons are near their thresholds as often as in service.
        var random = new Random(2);
        foreach (var golden in model.Manifest.Golden)
        {
            for (var i = 0; i < 300; i++)
            {
                rows.Add([.. golden.Inputs.Select(value => value + (i == 0 ? 0 : (random.NextSingle() - 0.5f) * 0.5f))], fraud: false, default);
            }
        }

        var measures = SpikingCheck.Of(FolderOf("creditcard-snn"), rows, ModelWriter.Score(model, rows)).ToDictionary();

        Assert.InRange(measures["forward_pass_difference"], 0, 1e-6);
        Assert.InRange(measures["synaptic_operations_per_payment"], 1, measures["dense_network_operations_per_payment"] * 12);
    }

    private static string FolderOf(string name) => Path.Combine(Repository.Root, "models", name, "1");
}
