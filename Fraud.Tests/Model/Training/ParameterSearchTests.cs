using System.Text;
using Fraud.Model.History;
using Fraud.Model.Training;
using Fraud.Tests.Support;

namespace Fraud.Tests.Model.Training;

public sealed class ParameterSearchTests : IDisposable
{
    private static readonly TrainingOptions Small = new()
    {
        TrainFrom = new DateOnly(2018, 4, 8),
        TrainDays = 6,
        DelayDays = 3,
        TestDays = 3,
        MaxRounds = 40,
    };

    private static readonly TrainingOptions[] Folds = [Small, Small with { TrainFrom = Small.TrainFrom.AddDays(3) }];

    private static readonly Lazy<Dataset> Rows = new(static () =>
        new FeatureReplay(new ProfileOptions { LabelDelay = TimeSpan.FromDays(3) }).Run(
            SimulatedHistory.Rows(300, seed: 3, days: 25, fraudShare: 0.05), Folds[0].TrainFrom, Folds[1].TestTo));

    private static readonly SearchSetting Setting = SearchSetting.Of("digest", 1, Small, Folds);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Search_InterruptedAndResumed_LeavesTheSameBytes()
    {
        Search("once", trials: 3);
        Search("twice", trials: 1);
        // It died while it wrote the next trial.
        File.AppendAllText(_folder.File("twice"), """{"number":1,"max_de""");
        Search("twice", trials: 3);

        Assert.Equal(File.ReadAllText(_folder.File("once")), File.ReadAllText(_folder.File("twice")));
        Assert.Equal(4, File.ReadAllLines(_folder.File("once")).Length);
    }

    [Fact]
    public void Parameters_Trial_DependsOnSeedAndNumberAlone()
    {
        var search = new ParameterSearch(Folds, seed: 1);

        Assert.Equal(Small, search.Parameters(0, Small));
        Assert.Equal(search.Parameters(7, Small), new ParameterSearch(Folds, seed: 1).Parameters(7, Small));
        Assert.True(Enumerable.Range(1, 20).Select(trial => search.Parameters(trial, Small)).Distinct().Count() > 15);
        Assert.NotEqual(search.Parameters(7, Small), new ParameterSearch(Folds, seed: 2).Parameters(7, Small));
    }

    [Fact]
    public void Journal_OfAnotherSearch_IsRefusedAndLeftAlone()
    {
        Search("one", trials: 1);
        var before = File.ReadAllBytes(_folder.File("one"));

        var error = Assert.Throws<TrainingException>(() => new SearchJournal(_folder.File("one"), Setting with { Seed = 2 }));

        Assert.Contains("expected the journal of this search", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_folder.File("one")));
    }

    [Fact]
    public void Journal_BrokenLine_IsNamed()
    {
        Search("one", trials: 1);
        File.AppendAllBytes(_folder.File("one"), Encoding.UTF8.GetBytes("nonsense\n"));

        Assert.Contains(
            "line 3", Assert.Throws<TrainingException>(() => new SearchJournal(_folder.File("one"), Setting)).Message, StringComparison.Ordinal);
    }

    private void Search(string file, int trials)
    {
        using var journal = new SearchJournal(_folder.File(file), Setting);
        var search = new ParameterSearch(Folds, seed: 1);
        while (journal.Trials.Count < trials)
        {
            journal.Add(search.Run(journal.Trials.Count, Small, Rows.Value));
        }

        Assert.Equal(Enumerable.Range(0, trials), journal.Trials.Select(static trial => trial.Number));
        Assert.All(journal.Trials, static trial => Assert.InRange(trial.Mean, 0.05, 1));
    }
}
