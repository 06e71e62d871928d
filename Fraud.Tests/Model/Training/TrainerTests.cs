using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Model.Training;

namespace Fraud.Tests.Model.Training;

public sealed class TrainerTests
{
    private static readonly TrainingOptions Small = new()
    {
        TrainFrom = new DateOnly(2018, 4, 10),
        TrainDays = 6,
        DelayDays = 3,
        TestDays = 3,
        MaxRounds = 15,
    };

    private static readonly Lazy<Dataset> Rows = new(static () =>
        new FeatureReplay(new ProfileOptions { LabelDelay = TimeSpan.FromDays(3) }).Run(
            SimulatedHistory.Rows(300, seed: 3, days: 25, fraudShare: 0.05), Small.TrainFrom, Small.TestTo));

    [Fact]
    public void Train_SameSeedAndRows_GivesTheSameBytes()
    {
        var (first, second) = (new Trainer(Small).Train(Rows.Value), new Trainer(Small).Train(Rows.Value));

        Assert.Equal(first.Onnx, second.Onnx);
        Assert.Equal((first.Rounds, first.Thresholds), (second.Rounds, second.Thresholds));
        Assert.Equal(first.TestScores, second.TestScores);
    }

    [Fact]
    public void Train_OtherSeed_GivesOtherTrees() =>
        Assert.NotEqual(new Trainer(Small).Train(Rows.Value).Onnx, new Trainer(Small with { Seed = 43 }).Train(Rows.Value).Onnx);

    [Fact]
    public void Train_Thresholds_AreOrderedProbabilities()
    {
        var thresholds = new Trainer(Small).Train(Rows.Value).Thresholds;

        Assert.InRange(thresholds.Review, 0, thresholds.Block);
        Assert.InRange(thresholds.Block, thresholds.Review, 1);
    }

    [Fact]
    public void Train_SubsetOfFeatures_TakesThoseColumns()
    {
        var model = new Trainer(Small with { Features = ["card_count_1d", "amount"] }).Train(Rows.Value);

        Assert.Equal(2, model.Test.Columns);
        Assert.Contains(Enumerable.Range(0, model.Test.Rows), i => model.Test.Row(i)[1] > 220);
    }

    [Fact]
    public void Train_UnknownFeature_NamesIt() =>
        Assert.Contains(
            "'shoe_size' is no feature",
            Assert.Throws<TrainingException>(() => new Trainer(Small with { Features = ["shoe_size"] }).Train(Rows.Value)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Train_NoRowsOnTheTrainingDays_SaysSo() => Refused(Small with { TrainFrom = new DateOnly(2020, 1, 1) }, Rows.Value, "training days 2020-01-01 to 2020-01-06");

    [Fact]
    public void Train_NoFraudOnTheValidationDays_SaysSo()
    {
        var lastFitDay = FeatureReplay.DayOf(Small.TrainTo) - Small.ValidationDays;
        var rows = Rows.Value;

        Refused(Small, rows.Select(AllColumns, i => rows.Info[i].Day <= lastFitDay || !rows.IsFraud(i)), "last 2 training days");
    }

    [Fact]
    public void Train_AllDaysForValidation_SaysSo() => Refused(Small with { ValidationDays = 6 }, Rows.Value, "days that fit the trees");

    [Fact]
    public void Split_Days_LieADelayApart()
    {
        var train = HandbookProtocol.Train(Rows.Value, Small, AllColumns);
        var test = HandbookProtocol.Test(Rows.Value, Small, AllColumns);

        Assert.Equal(
            Enumerable.Range(FeatureReplay.DayOf(Small.TrainFrom), 6), train.Info.Select(static info => info.Day).Distinct());
        Assert.Equal(
            Enumerable.Range(FeatureReplay.DayOf(Small.TestFrom), 3), test.Info.Select(static info => info.Day).Distinct());
        // On the first test day, the labels of the last training day are just known.
        Assert.Equal(Small.DelayDays + 1, test.Info.Min(static info => info.Day) - train.Info.Max(static info => info.Day));
    }

    /// <summary>Day 0 is the first training day (0 to 5); test days are 9 to 11; the delay is 3.</summary>
    [Theory]
    [InlineData("never defrauded", new int[0], new[] { 9, 10, 11 })]
    [InlineData("on the last training day", new[] { 5 }, new int[0])]
    [InlineData("between, known from day 10 on", new[] { 6 }, new[] { 9 })]
    [InlineData("between, known from day 11 on", new[] { 7 }, new[] { 9, 10 })]
    [InlineData("between, known after the test", new[] { 8 }, new[] { 9, 10, 11 })]
    [InlineData("on a test day", new[] { 9 }, new[] { 9, 10, 11 })]
    [InlineData("before the training days", new[] { -1 }, new[] { 9, 10, 11 })]
    public void Test_KnownCard_IsLeftOutFromTheDayItIsKnown(string name, int[] frauds, int[] tested)
    {
        var first = FeatureReplay.DayOf(Small.TrainFrom);
        var rows = new Dataset(1);
        for (var day = -1; day <= 12; day++)
        {
            rows.Add([0], frauds.Contains(day), new RowInfo(first + day, Card: 1, Scenario: 0));
        }

        int[] Days(TrainingOptions options) => [.. HandbookProtocol.Test(rows, options, [0]).Info.Select(info => info.Day - first)];

        Assert.True(tested.SequenceEqual(Days(Small)), name);
        Assert.Equal([9, 10, 11], Days(Small with { DropKnownCards = false }));
    }

    /// <summary>The features of a day are the same whether or not the labels younger than the delay exist.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(15)]
    [InlineData(22)]
    public void Replay_LabelsYoungerThanTheDelay_ChangeNoFeature(int day)
    {
        var date = new DateOnly(2018, 4, 1).AddDays(day);
        var history = SimulatedHistory.Rows(300, seed: 4, days: day + 1, fraudShare: 0.1).ToList();
        var cut = (FeatureReplay.DayOf(date) - 3) * 86_400L;
        var replay = new FeatureReplay(new ProfileOptions { LabelDelay = TimeSpan.FromDays(3) });

        var (all, known, none) = (
            replay.Run(history, date, date),
            replay.Run(history.Select(row => row with { IsFraud = row.IsFraud && row.UnixSeconds < cut + 86_400 }), date, date),
            replay.Run(history.Select(static row => row with { IsFraud = false }), date, date));

        Assert.True(all.Rows > 300);
        Assert.Equal(Flat(known), Flat(all));
        // And it is no empty promise: the older labels do change features.
        Assert.NotEqual(Flat(none), Flat(all));
    }

    [Fact]
    public void Replay_Days_BoundTheRowsAndReportEachDayOnce()
    {
        var reported = new List<DateOnly>();
        var rows = new FeatureReplay(new ProfileOptions()).Run(
            SimulatedHistory.Rows(20, seed: 5, days: 10), new DateOnly(2018, 4, 3), new DateOnly(2018, 4, 5), reported.Add);

        Assert.Equal([3, 4, 5], rows.Info.Select(static info => DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(info.Day)).Day).Distinct());
        Assert.Equal([1, 2, 3, 4, 5], reported.Select(static date => date.Day));
    }

    private static int[] AllColumns { get; } = [.. Enumerable.Range(0, FeatureCatalog.Count)];

    private static float[] Flat(Dataset rows) => rows.Values.ToArray();

    private static void Refused(TrainingOptions options, Dataset rows, string expected)
    {
        var error = Assert.Throws<TrainingException>(() => new Trainer(options).Train(rows));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("both kinds are needed", error.Message, StringComparison.Ordinal);
    }
}
