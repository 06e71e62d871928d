using Fraud.Model.Cards;
using Fraud.Model.Scoring;
using Fraud.Model.Spiking;
using Fraud.Model.Training;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.Cards;

public sealed class CardTrainerTests : IDisposable
{
    private static readonly CardTrainingOptions Small = new()
    {
        TestFromSecond = 70_000,
        Folds = 2,
        Trees = new CardTreeOptions { Rounds = 20, MaxDepth = 3 },
        Spiking = new SpikingOptions { FirstLayer = 19, SecondLayer = 11, Steps = 7, Epochs = 8, LearningRate = 0.01f },
    };

    private readonly TempFolder _folder = new();
    private readonly Dataset _rows;

    public CardTrainerTests() => _rows = CardReader.Read(CardFileOf.Simulated(_folder, rows: 1_200, seed: 5)).Rows;

    public void Dispose() => _folder.Dispose();

    /// <summary>Bounds stand a tenth below what was measured when they were set.</summary>
    [Theory]
    [InlineData(CardNetwork.Trees, 0.82)]
    [InlineData(CardNetwork.Spiking, 0.82)]
    public void Train_SimulatedRows_FindsTheFraudsAndExportsWhatItLearned(CardNetwork network, double rocAuc)
    {
        var model = new CardTrainer(Small, network).Train(_rows);

        var difference = CardModelWriter.Write(_folder.Path, "cards", "1", model, Small, "");

        Assert.True(model.Report.RocAuc >= rocAuc, $"ROC AUC: {model.Report.RocAuc}, expected at least {rocAuc}");
        Assert.Equal(360, model.TestScores.Length);
        Assert.InRange(difference, 0, 1e-4);
        Assert.InRange(model.Thresholds.Review, 0, model.Thresholds.Block);
        using var loaded = OnnxModel.Load(_folder.Path);
        Assert.True(loaded.Manifest.TakesPayload);
        Assert.Equal(16, loaded.Manifest.Golden.Count);
    }

    [Theory]
    [InlineData(CardNetwork.Trees)]
    [InlineData(CardNetwork.Spiking)]
    public void Train_SameSeedAndRows_GivesTheSameBytes(CardNetwork network)
    {
        var (first, second) = (new CardTrainer(Small, network).Train(_rows), new CardTrainer(Small, network).Train(_rows));

        Assert.Equal(first.Onnx, second.Onnx);
        Assert.Equal(first.Thresholds, second.Thresholds);
        Assert.NotEqual(first.Onnx, new CardTrainer(Small with { Seed = 43 }, network).Train(_rows).Onnx);
    }

    /// <summary>How rows of the sample were chosen shows in Time: a model must not look there.</summary>
    [Theory]
    [InlineData(CardNetwork.Trees)]
    [InlineData(CardNetwork.Spiking)]
    public void Train_Time_ChangesNoScore(CardNetwork network)
    {
        CardModelWriter.Write(_folder.Path, "cards", "1", new CardTrainer(Small, network).Train(_rows), Small, "");
        using var model = OnnxModel.Load(_folder.Path);
        using var scorer = model.CreateScorer(1);

        foreach (var row in (int[])[3, 7, 500, 1_191])
        {
            var values = _rows.Row(row).ToArray();
            scorer.SetRaw(0, values);
            var score = scorer.Score(1)[0];
            foreach (var time in (float[])[0, 3_000, 172_792, -1e9f])
            {
                values[0] = time;
                scorer.SetRaw(0, values);
                Assert.Equal(score, scorer.Score(1)[0]);
            }
        }
    }

    [Fact]
    public void Split_Rows_LieOnOneSideByTimeAndFoldsShareFrauds()
    {
        var split = CardSplit.Of(_rows, Small with { Folds = 4 });

        Assert.Equal(840, split.Train.Rows);
        Assert.Equal(_rows.Rows, split.Train.Rows + split.Test.Rows);
        Assert.True(Enumerable.Range(0, split.Test.Rows).All(row => split.Test.Row(row)[0] >= 70_000));
        Assert.True(Enumerable.Range(0, split.Train.Rows).All(row => split.Train.Row(row)[0] == 0));
        Assert.Equal(44, split.InFirstHour.Count(static inside => inside));
        var frauds = Enumerable.Range(0, split.Train.Rows).Where(split.Train.IsFraud).GroupBy(row => split.FoldOf[row]).Select(static fold => fold.Count()).ToArray();
        Assert.Equal(4, frauds.Length);
        Assert.InRange(frauds.Max() - frauds.Min(), 0, 1);
    }

    [Fact]
    public void Train_NoFraudsInTheTest_SaysSo()
    {
        var error = Assert.Throws<TrainingException>(() => new CardTrainer(Small with { TestFromSecond = 99_999 }, CardNetwork.Trees).Train(_rows));

        Assert.Contains("from second 99999 hold 0 frauds in 0 rows", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, 0.01, 0.5, 0.01)]
    [InlineData(0.1, 0.1, 0.3, 0.3)]
    public void PriorShift_Probability_MovesItsOdds(double from, double to, double probability, double expected) =>
        Assert.Equal(expected, PriorShift.Apply(probability, PriorShift.Between(from, to)), 1e-9);

    [Fact]
    public void RecallAt_FalsePositivesAllowed_CountsFraudsAboveTheFirstOneTooMany()
    {
        var rows = new Dataset(1);
        foreach (var fraud in (bool[])[true, false, true, false, true])
        {
            rows.Add([0], fraud, default);
        }

        float[] scores = [0.9f, 0.8f, 0.7f, 0.6f, 0.5f];

        Assert.Equal(1.0 / 3, CardReport.RecallAt(0, rows, scores), 1e-9);
        Assert.Equal(2.0 / 3, CardReport.RecallAt(0.5, rows, scores), 1e-9);
        Assert.Equal(1, CardReport.RecallAt(1, rows, scores), 1e-9);
    }
}
