using System.CommandLine;
using System.Globalization;
using Fraud.Cli.Arguments;
using Fraud.Cli.Train;
using Fraud.Model.History;
using Fraud.Model.Training;

namespace Fraud.Cli.Quality;

/// <summary><c>fraud search</c>: which parameters are best on the handbook's validation weeks.</summary>
internal static class SearchCommand
{
    // What fits on a screen; the journal has all.
    private const int Shown = 10;

    public static Command Create()
    {
        var data = TrainCommand.DataOption();
        var trials = Options.Whole("--trials", "trials in all, those of the journal included", 20, 1);
        var journal = new Option<string>("--journal")
        {
            Description = "file of the finished trials; a search that was ended goes on where it was",
            DefaultValueFactory = static _ => "search.jsonl",
        };
        var searchSeed = TrainCommand.Number("--search-seed", "Decides which parameters are tried", 1);
        var trainer = new TrainerArguments();
        var command = new Command("search", "Search for the parameters with the best average precision on the weeks before the test weeks")
        {
            data, trials, journal, searchSeed,
        };
        trainer.AddTo(command);
        command.SetAction((arguments, stopping) => Task.FromResult(Run(
            arguments.GetValue(data)!,
            trainer.Read(arguments, new TrainingOptions()),
            arguments.GetValue(searchSeed),
            (int)arguments.GetValue(trials),
            arguments.GetValue(journal)!,
            stopping)));
        return command;
    }

    private static int Run(FileInfo data, TrainingOptions options, int seed, int trials, string file, CancellationToken stopping)
    {
        var folds = QualityProtocol.ValidationWeeks(options);
        using var journal = new SearchJournal(file, SearchSetting.Of(TrainCommand.Digest(data), seed, options, folds));
        if (journal.Trials.Count < trials)
        {
            var (first, last) = (folds[0].TrainFrom, folds[^1].TestTo);
            var rows = TrainProgress.Show("replaying history", update =>
            {
                var days = last.DayNumber - new DateOnly(2018, 4, 1).DayNumber + 1.0;
                var seen = 0;
                return new FeatureReplay(new ProfileOptions { LabelDelay = TimeSpan.FromDays(options.DelayDays) })
                    .Run(HandbookReader.Read(data.FullName), first, last, _ => update(Math.Min(1, ++seen / days)));
            });
            TrainProgress.Show("searching", update =>
            {
                var search = new ParameterSearch(folds, seed);
                while (journal.Trials.Count < trials)
                {
                    var number = journal.Trials.Count;
                    journal.Add(search.Run(number, options, rows, done => update((number + done) / trials), stopping));
                }

                return 0;
            });
        }

        Console.WriteLine("trial  precision  depth   rate  rows  features  leaf weight  penalty  trees");
        foreach (var trial in journal.Trials.OrderByDescending(static trial => trial.Mean).ThenBy(static trial => trial.Number).Take(Shown))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{trial.Number,5}  {trial.Mean,9:0.0000}  {trial.MaxDepth,5}  {trial.LearningRate,5}  {trial.RowShare,4}  {trial.FeatureShare,8}  {trial.MinLeafWeight,11}  {trial.LeafPenalty,7}  {trial.Rounds,5}"));
        }

        return 0;
    }
}
