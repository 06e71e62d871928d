using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Fraud.Model.History;
using Fraud.Model.Training;

namespace Fraud.Cli.Train;

/// <summary><c>fraud train</c>: replays history through the serving profile and trains the payments model.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var data = DataOption();
        var output = new Option<string>("--out") { Description = "Folder of the new version, such as models/payments/2", Required = true };
        var from = new Option<DateOnly>("--train-from")
        {
            Description = "First training day, such as 2018-07-25",
            DefaultValueFactory = static _ => new TrainingOptions().TrainFrom,
        };
        var days = Number("--train-days", "Days to train on", new TrainingOptions().TrainDays);
        var delay = Number("--delay-days", "Days until frauds are known", new TrainingOptions().DelayDays);
        var test = Number("--test-days", "Days to test on, after the delay", new TrainingOptions().TestDays);
        var validation = Number("--validation-days", "Last training days that choose rounds, calibration and thresholds", new TrainingOptions().ValidationDays);
        var raw = new Option<bool>("--no-calibration") { Description = "Leave scores as the trees give them" };
        var trainer = new TrainerArguments();
        var thresholds = new ThresholdChoiceArguments();
        var keepKnown = new Option<bool>("--keep-known-cards") { Description = "Keep cards in the test that were known to be defrauded" };
        var json = ReportPrinter.JsonOption();
        var supervised = new Option<bool>("--supervised")
        {
            Description = "For a program that starts this one: progress as JSON lines on standard error; ends when standard input does",
        };

        var command = new Command("train", "Train the payments model on the handbook's transactions")
        {
            data, output, from, days, delay, test, validation, raw, keepKnown, json, supervised,
        };
        command.Subcommands.Add(TrainCardsCommand.Create());
        trainer.AddTo(command);
        thresholds.AddTo(command);
        command.SetAction(result =>
        {
            var options = trainer.Read(result, new TrainingOptions
            {
                TrainFrom = result.GetValue(from),
                TrainDays = result.GetValue(days),
                DelayDays = result.GetValue(delay),
                TestDays = result.GetValue(test),
                ValidationDays = result.GetValue(validation),
                DropKnownCards = !result.GetValue(keepKnown),
                Calibrate = !result.GetValue(raw),
                Thresholds = thresholds.Read(result),
            });
            if (result.GetValue(supervised))
            {
                EndWithStarter();
            }

            Run(
                result.GetValue(data)!, Path.GetFullPath(result.GetValue(output)!), options, result.GetValue(json),
                result.GetValue(supervised));
        });
        return command;
    }

    internal static Option<FileInfo> DataOption() => new Option<FileInfo>("--data")
    {
        Description = "handbook_transactions.csv or .csv.gz",
        Required = true,
    }.AcceptExistingOnly();

    /// <summary>Rows of the days of the options, computed by the serving profile.</summary>
    internal static Dataset Replay(FileInfo data, TrainingOptions options, DateOnly first, bool lines = false)
    {
        var profile = new ProfileOptions { LabelDelay = TimeSpan.FromDays(options.DelayDays) };
        return TrainProgress.Show("replaying history", update =>
        {
            var span = FeatureReplay.DayOf(options.TestTo) - FeatureReplay.DayOf(first) + 90.0;
            var seen = 0;
            return new FeatureReplay(profile).Run(
                HandbookReader.Read(data.FullName), first, options.TestTo, _ => update(Math.Min(1, ++seen / span)));
        }, lines);
    }

    // Whoever started this one holds the other end of standard input: it closes when that one dies, however it dies.
    internal static void EndWithStarter() => new Thread(static () =>
    {
        while (Console.In.Read() >= 0)
        {
        }

        Environment.Exit(130);
    })
    {
        IsBackground = true,
        Name = "starter",
    }.Start();

    private static void Run(FileInfo data, string output, TrainingOptions options, bool json, bool lines)
    {
        TrainingLibrary.Require();
        var rows = Replay(data, options, options.TrainFrom, lines);
        var model = TrainProgress.Show("training", update => new Trainer(options).Train(
            rows, (round, most, _) => update((double)round / most)), lines);
        var name = Path.GetFileName(Path.GetDirectoryName(output)) ?? "payments";
        var difference = ModelWriter.Write(output, name, Path.GetFileName(output), model, options, Digest(data));
        ReportPrinter.Print(
            $"{name} version {Path.GetFileName(output)}: trained {options.TrainFrom:yyyy-MM-dd} to {options.TrainTo:yyyy-MM-dd} ({model.Train.Rows} rows, {model.Rounds} trees), tested {options.TestFrom:yyyy-MM-dd} to {options.TestTo:yyyy-MM-dd}",
            model.Report,
            json,
            [KeyValuePair.Create("export_difference", difference)]);
        if (difference > 1e-5)
        {
            throw new TrainingException(string.Create(
                CultureInfo.InvariantCulture, $"the exported model differs from XGBoost by {difference}; it must not by more than 1e-5"));
        }
    }

    internal static string Digest(FileInfo file)
    {
        using var stream = file.OpenRead();
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    internal static Option<int> Number(string name, string description, int value) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
    };
}
