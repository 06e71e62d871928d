using Fraud.Model.Evaluation;
using Fraud.Model.History;
using Fraud.Model.Registry;
using Fraud.Model.Training;
using Fraud.Stream.History;
using Fraud.Stream.Retraining;
using Fraud.Stream.Storage;
using Fraud.Tests.Model.Training;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Retraining;

public sealed class RetrainingRunTests : IDisposable
{
    private static readonly string Shipped = Path.Combine(Repository.Root, "models", "payments", "1");

    // 58 days from April 1st: the 28th of May is the last.
    private static readonly DateTimeOffset End = new(2018, 5, 29, 0, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_FilledStore_TakesWhatIsStoredAndLeavesOutWhatIsTooYoung()
    {
        using var store = Filled();
        var plan = Plan("train-1", gateDays: 5);

        var report = new RetrainingRun(plan, Computed(store)).Run(static (_, _) => { }, CancellationToken.None);

        // May 22nd and later is within the delay.
        var stored = Rows().Where(static row => row.UnixSeconds < new DateTimeOffset(2018, 5, 22, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds()
            && row.UnixSeconds >= new DateTimeOffset(2018, 4, 10, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds()).ToArray();
        Assert.Equal(stored.Length, report.Payments);
        Assert.Equal(stored.Count(static row => row.IsFraud), report.Frauds);
        Assert.Equal(new DateOnly(2018, 5, 17), report.Window.GateFrom);
        Assert.Equal(stored.Count(static row => row.UnixSeconds >= new DateTimeOffset(2018, 5, 17, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds()), report.Gate.Payments);
        Assert.Null(report.TakenOverFrom);
        Assert.Equal(report.DataSha256, ModelManifest.Read(plan.Output).Training.DataSha256);
        Assert.Contains(report.Gate.Reason, File.ReadAllText(Path.Combine(plan.Folder, RetrainingReport.PageFile)), StringComparison.Ordinal);
        Assert.Equal(report.Gate, RetrainingReport.Read(plan.Folder).Gate);
    }

    [Fact]
    public void Load_MoreThanAllowed_LeavesOutTheOldestDays()
    {
        using var store = Filled();
        var plan = Plan("train-1", gateDays: 5);
        var count = new RetrainingRun(plan, Computed(store)).Run(static (_, _) => { }, CancellationToken.None).Payments;

        var read = StoredHistory.Load(Path.Combine(plan.Folder, "dataset.bin"), count / 2);

        Assert.InRange(read.Rows.Rows, count / 4, count / 2);
        Assert.Equal(FeatureReplay.DayOf(new DateOnly(2018, 5, 21)), read.Rows.Info[^1].Day);
    }

    [Fact]
    public void Run_FeaturesWereKept_OrNot_GivesTheSameModel()
    {
        using var store = Filled();
        using var other = new TempFolder();
        using var without = FilledStore.Open(other);
        FilledStore.Fill(without, Rows(), Shipped, featureSample: 0);
        var (kept, computed) = (Plan("train-1", gateDays: 5), Plan("train-2", gateDays: 5) with { Store = "other" });

        var first = new RetrainingRun(kept, Computed(store)).Run(static (_, _) => { }, CancellationToken.None);
        var second = new RetrainingRun(computed, Computed(without)).Run(static (_, _) => { }, CancellationToken.None);

        Assert.Contains(without.History.ReadAll(0, long.MaxValue, null, CancellationToken.None), static payment => payment.Features.Length == 0);
        Assert.Null(second.TakenOverFrom);
        Assert.Equal(first.DataSha256, second.DataSha256);
        Assert.Equal(ModelManifest.Read(kept.Output).Sha256, ModelManifest.Read(computed.Output).Sha256);
    }

    [Fact]
    public void Run_KilledAfterItsExport_IsTakenOverAndGivesTheSameModel()
    {
        using var store = Filled();
        var killed = Plan("train-1", gateDays: 5);
        using var kill = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => new RetrainingRun(killed, Computed(store)).Run(
            (stage, _) =>
            {
                if (stage == "training")
                {
                    kill.Cancel();
                }
            },
            kill.Token));

        var second = Plan("train-2", gateDays: 5);
        var report = new RetrainingRun(second, Computed(store)).Run(static (_, _) => { }, CancellationToken.None);

        Assert.Equal("train-1", report.TakenOverFrom);
        Assert.False(File.Exists(Path.Combine(killed.Folder, "dataset.bin")));
        RetrainingRun.RemoveDataset(second.Folder);
        var third = Plan("train-3", gateDays: 5);
        Assert.Null(new RetrainingRun(third, Computed(store)).Run(static (_, _) => { }, CancellationToken.None).TakenOverFrom);
        Assert.Equal(ModelManifest.Read(second.Output).Sha256, ModelManifest.Read(third.Output).Sha256);
    }

    [Fact]
    public void Run_DatasetOfOtherDays_IsNotTakenOver()
    {
        using var store = Filled();
        new RetrainingRun(Plan("train-1", gateDays: 5), Computed(store)).Run(static (_, _) => { }, CancellationToken.None);

        var report = new RetrainingRun(Plan("train-2", gateDays: 6), Computed(store)).Run(static (_, _) => { }, CancellationToken.None);

        Assert.Null(report.TakenOverFrom);
    }

    [Fact]
    public void Run_EmptyStore_SaysWhatWasExpected()
    {
        using var store = FilledStore.Open(_folder);

        var error = Assert.Throws<TrainingException>(() =>
            new RetrainingRun(Plan("train-1", gateDays: 5), Computed(store)).Run(static (_, _) => { }, CancellationToken.None));

        Assert.Contains("expected stored payments from", error.Message, StringComparison.Ordinal);
    }

    internal static IEnumerable<HandbookRow> Rows() => SimulatedHistory.Rows(customers: 150, seed: 1, days: 58, fraudShare: 0.03);

    private static ComputedHistory Computed(IFraudStore store) => new(store, new ProfileOptions());

    private IFraudStore Filled()
    {
        var store = FilledStore.Open(_folder);
        FilledStore.Fill(store, Rows(), Shipped);
        return store;
    }

    private RetrainingPlan Plan(string job, int gateDays)
    {
        // Trained from April 10th on: 5 days for the gate, 7 between, 30 to train on.
        var window = TrainingWindow.At(End, TimeSpan.FromDays(7), new RetrainingOptions { GateDays = gateDays, TrainDays = 30 + 5 - gateDays });
        return new RetrainingPlan(
            job, "payments", "2", Shipped, 0.04f, 0.3f, Directory.CreateDirectory(_folder.File("jobs")).FullName, "store", window, new ProfileOptions(), 1_000_000, 3, 15, 7,
            new GateRules(0, null, 1, 0.95, 100, 7, new DecisionCosts(5, 20)));
    }
}
