using Fraud.Model.Evaluation;
using Fraud.Model.Features;
using Fraud.Model.History;
using Fraud.Model.Training;
using Fraud.Stream.History;
using Fraud.Stream.Retraining;
using Fraud.Tests.Model.Training;
using Fraud.Tests.Support;
using Xunit.Abstractions;

namespace Fraud.Tests.Stream.Retraining;

/// <summary>Payments turn into others, the model in service falls behind, and what is trained from the store restores it.</summary>
public sealed class RetrainingDrillTests(ITestOutputHelper output) : IDisposable
{
    // Prices treble on this day: what used to be a fraud by its amount is now a usual payment.
    private const int DriftDay = 66;
    private const int Days = 115;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Retrain_AfterDrift_PassesTheGateAndRestoresQuality()
    {
        var champion = TrainBeforeTheDrift();
        using var store = FilledStore.Open(_folder);
        FilledStore.Fill(store, Rows(), champion);

        var before = Judge(new ComputedHistory(store, new ProfileOptions()), champion, asOfDay: DriftDay, job: "before");
        var after = Judge(new ComputedHistory(store, new ProfileOptions()), champion, asOfDay: Days, job: "after");

        output.WriteLine(RetrainingPage.Of(before));
        output.WriteLine(RetrainingPage.Of(after));
        var usual = before.Gate.Champion;
        // Ranks survive, because features compare a card with itself; decisions at the old thresholds do not.
        Assert.True(after.Gate.Champion.Cost > 5 * usual.Cost, "the drift was to spoil the champion's decisions");
        Assert.True(after.Gate.IsPassed, after.Gate.Reason);
        Assert.True(after.Gate.Gain.Lower > 0);
        Assert.True(after.Gate.Challenger.AveragePrecision > usual.AveragePrecision - 0.1, "the challenger was to be about as good as the champion had been");
        Assert.True(after.Gate.Challenger.Cost < after.Gate.Champion.Cost / 5, "the challenger's decisions were to be good again");
    }

    private static IEnumerable<HandbookRow> Rows()
    {
        var drift = new DateTimeOffset(2018, 4, 1, 0, 0, 0, TimeSpan.Zero).AddDays(DriftDay).ToUnixTimeSeconds();
        return SimulatedHistory.Rows(customers: 300, seed: 2, days: Days, fraudShare: 0.02)
            .Select(row => row.UnixSeconds < drift ? row : row with { AmountMinor = row.AmountMinor * 3 });
    }

    private string TrainBeforeTheDrift()
    {
        var options = new TrainingOptions
        {
            TrainFrom = new DateOnly(2018, 4, 16),
            TrainDays = 21,
            DelayDays = 7,
            TestDays = 7,
            MaxRounds = 60,
            MaxDepth = 4,
            DropKnownCards = false,
        };
        var rows = new FeatureReplay(new ProfileOptions()).Run(Rows(), options.TrainFrom, options.TestTo);
        var folder = Path.Combine(_folder.Path, "payments", "1");
        ModelWriter.Write(folder, "payments", "1", new Trainer(options).Train(rows), options, new string('0', 64));
        return folder;
    }

    private RetrainingReport Judge(ComputedHistory history, string champion, int asOfDay, string job)
    {
        var thresholds = Fraud.Model.Registry.ModelManifest.Read(champion).Thresholds;
        var window = TrainingWindow.At(
            new DateTimeOffset(2018, 4, 1, 0, 0, 0, TimeSpan.Zero).AddDays(asOfDay), TimeSpan.FromDays(7),
            new RetrainingOptions { TrainDays = 21, GateDays = 7 });
        var plan = new RetrainingPlan(
            job, "payments", "2", champion, (float)thresholds.Review, (float)thresholds.Block,
            Directory.CreateDirectory(_folder.File("jobs")).FullName, "store", window, new ProfileOptions(), 1_000_000, 4, 60, 7,
            new GateRules(0, null, 10, 0.95, 300, 7, new DecisionCosts(5, 20)));
        return new RetrainingRun(plan, history).Run(static (_, _) => { }, CancellationToken.None);
    }
}
