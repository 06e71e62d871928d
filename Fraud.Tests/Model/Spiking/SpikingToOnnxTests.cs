using Fraud.Model.Cards;
using Fraud.Model.Decoding;
using Fraud.Model.Registry;
using Fraud.Model.Scoring;
using Fraud.Model.Spiking;
using Fraud.Model.Training;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.Spiking;

public sealed class SpikingToOnnxTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Shapes that fill no vector evenly, and rows far outside of what was trained on. A single spike that flipped would
    /// move a logit by a hundredth or more; only the last sum and the logistic function may round otherwise.
    /// </summary>
    [Theory]
    [InlineData(48, 24, 12)]
    [InlineData(33, 7, 20)]
    [InlineData(1, 1, 1)]
    public void Convert_WideRows_ScoresAsTheTrainersForwardPass(int first, int second, int steps)
    {
        var options = new SpikingOptions { FirstLayer = first, SecondLayer = second, Steps = steps, Leak = 0.9f, Seed = first };
        var rows = Rows(4_000);
        var network = new SpikingNetwork(InputScale.Of(rows), OnGrid(SpikingWeights.Random(30, options)), options);

        var scores = Scores(network, rows);

        var own = network.Scores(rows);
        Assert.All(own.Zip(scores), static pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        if (first > 1)
        {
            Assert.InRange(network.Activity(rows).FirstSpikes, 1, first * steps - 1.0);
            Assert.True(own.Distinct().Count() > 100);
        }
    }

    [Fact]
    public void TryRead_WrittenNetwork_IsTheSameNetwork()
    {
        var options = new SpikingOptions { FirstLayer = 10, SecondLayer = 6, Steps = 5, Leak = 0.8f };
        var rows = Rows(300);
        var network = new SpikingNetwork(InputScale.Of(rows), OnGrid(SpikingWeights.Random(30, options)), options).Shifted(-1.5);

        var read = SpikingFromOnnx.TryRead(SpikingToOnnx.Convert(network))!;

        Assert.Equal(network.Weights.Values, read.Weights.Values);
        Assert.Equal(network.Logits(rows), read.Logits(rows));
        Assert.Equal(network.Activity(rows), read.Activity(rows));
    }

    [Fact]
    public void TryRead_OtherFiles_AreNoSpikingNetwork()
    {
        Assert.Null(SpikingFromOnnx.TryRead(File.ReadAllBytes(Path.Combine(ModelFolder.Shipped, "model.onnx"))));
        Assert.Throws<ModelRefusedException>(() => SpikingFromOnnx.TryRead([0xff, 0xff, 0xff]));
    }

    private float[] Scores(SpikingNetwork network, Dataset rows)
    {
        ModelFolder.Write(
            _folder.Path,
            ModelFolder.Manifest([.. PayloadColumns.Names.Select(static name => new ModelInput(name, InputSource.Payload))]),
            SpikingToOnnx.Convert(network));
        using var model = OnnxModel.Load(_folder.Path);
        using var scorer = model.CreateScorer(1);
        scorer.SetRaw(0, rows.Row(0));
        var score = scorer.Score(1)[0];
        Assert.Equal((score > 0.5f ? 1L : 0L, 1 - score), (scorer.Labels[0], scorer.Probabilities[0]));
        return ModelWriter.Score(model, rows);
    }

    private static SpikingWeights OnGrid(SpikingWeights weights)
    {
        var grid = weights.Clone();
        weights.SnapInto(grid);
        return grid;
    }

    private static Dataset Rows(int count)
    {
        var random = new Random(1);
        var rows = new Dataset(30);
        var row = new float[30];
        for (var i = 0; i < count; i++)
        {
            for (var column = 0; column < row.Length; column++)
            {
                row[column] = (random.NextSingle() - 0.5f) * (i % 10 == 9 ? 1_000 : 4);
            }

            rows.Add(row, fraud: false, default);
        }

        return rows;
    }
}
