using Fraud.Model.Registry;
using Fraud.Model.Scoring;
using Fraud.Model.Training;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.Training;

public sealed class XgboostToOnnxTests
{
    private const int Columns = 6;

    public static TheoryData<string, string, string> Parameters => new()
    {
        { "as training does", "tree_method", "exact" },
        { "histograms", "tree_method", "hist" },
        { "stumps", "max_depth", "1" },
        { "leaves only", "gamma", "1e9" },
        { "pruned trees", "gamma", "2" },
        { "deep trees", "max_depth", "12" },
        { "another base score", "base_score", "0.03" },
    };

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Convert_AnyTrees_EqualsXgboostOnEveryRow(string name, string parameter, string value)
    {
        var data = Generate(2_000, seed: 8);
        using var matrix = new BoosterMatrix(data);
        using var booster = Train(matrix, 30, parameter, value);
        var expected = booster.Predict(matrix);

        var scores = Score(XgboostToOnnx.Convert(booster.Save(), Columns, trees: 30), data);

        for (var i = 0; i < data.Rows; i++)
        {
            Assert.True(Math.Abs(expected[i] - scores[i]) <= 1e-5f, $"{name}: row {i}: XGBoost {expected[i]}, ONNX {scores[i]}");
        }
    }

    [Fact]
    public void Convert_ValuesOnASplit_GoTheSameWay()
    {
        // Whole numbers only: exact splits lie between them, histogram splits on them.
        var data = new Dataset(Columns);
        var random = new Random(9);
        for (var i = 0; i < 2_000; i++)
        {
            var row = Enumerable.Range(0, Columns).Select(_ => (float)random.Next(4)).ToArray();
            data.Add(row, row[0] + row[1] >= 4, default);
        }

        using var matrix = new BoosterMatrix(data);
        using var booster = Train(matrix, 20, "tree_method", "hist");

        var (expected, scores) = (booster.Predict(matrix), Score(XgboostToOnnx.Convert(booster.Save(), Columns, trees: 20), data));

        Assert.All(expected.Zip(scores), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Convert_MissingValues_AreNotZeros()
    {
        // Otherwise the test above would pass with missing values read as zero.
        var data = Generate(2_000, seed: 8);
        using var matrix = new BoosterMatrix(data);
        using var booster = Train(matrix, 30, "max_depth", "5");
        var onnx = XgboostToOnnx.Convert(booster.Save(), Columns, trees: 30);
        var zeroed = new Dataset(Columns);
        for (var i = 0; i < data.Rows; i++)
        {
            zeroed.Add([.. data.Row(i).ToArray().Select(static value => float.IsNaN(value) ? 0 : value)], data.IsFraud(i), default);
        }

        Assert.NotEqual(Score(onnx, zeroed), Score(onnx, data));
    }

    [Fact]
    public void Convert_FewerTrees_ScoresAsABoosterOfThatMany()
    {
        var data = Generate(500, seed: 10);
        using var matrix = new BoosterMatrix(data);
        using var longer = Train(matrix, 30, "max_depth", "4");
        using var shorter = Train(matrix, 10, "max_depth", "4");

        var scores = Score(XgboostToOnnx.Convert(longer.Save(), Columns, trees: 10), data);

        Assert.All(shorter.Predict(matrix).Zip(scores), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    private static Booster Train(BoosterMatrix matrix, int rounds, string parameter, string value)
    {
        var parameters = new Dictionary<string, string>(new TrainingOptions().Parameters()) { [parameter] = value };
        var booster = new Booster(matrix, parameters);
        for (var round = 0; round < rounds; round++)
        {
            booster.Update(round, matrix);
        }

        return booster;
    }

    private static float[] Score(byte[] onnx, Dataset data)
    {
        using var folder = new TempFolder();
        ModelFolder.Write(
            folder.Path,
            ModelFolder.Manifest([.. Enumerable.Range(1, Columns).Select(static i => new ModelInput($"V{i}", InputSource.Payload))]),
            onnx);
        using var model = OnnxModel.Load(folder.Path);
        return ModelWriter.Score(model, data);
    }

    /// <summary>Rows that take trees of some depth, a fifth of the values missing, with large, tiny and negative ones.</summary>
    private static Dataset Generate(int rows, int seed)
    {
        var random = new Random(seed);
        var data = new Dataset(Columns);
        for (var i = 0; i < rows; i++)
        {
            var row = new float[Columns];
            for (var column = 0; column < Columns; column++)
            {
                row[column] = random.Next(5) == 0
                    ? float.NaN
                    : (float)((random.NextDouble() - 0.5) * Math.Pow(10, (column * 2) - 4));
            }

            var fraud = (row[1] > 0 && row[4] > 0) || (float.IsNaN(row[2]) && row[3] < 0) || random.Next(20) == 0;
            data.Add(row, fraud, default);
        }

        return data;
    }
}
