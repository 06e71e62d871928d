using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Fraud.Model.Cards;
using Fraud.Model.Training;

namespace Fraud.Cli.Train;

/// <summary><c>fraud train cards</c>: trains trees or a spiking network on the 30 columns of the card data set.</summary>
internal static class TrainCardsCommand
{
    public static Command Create()
    {
        var defaults = new CardTrainingOptions();
        var data = DataOption();
        var output = new Option<string>("--out") { Description = "Folder of the new version, such as models/creditcard/1", Required = true };
        var network = new Option<string>("--network")
        {
            Description = "trees: gradient-boosted trees; spiking: leaky integrate-and-fire neurons",
            DefaultValueFactory = static _ => "trees",
        };
        network.AcceptOnlyFromAmong("trees", "spiking");
        var rounds = TrainCommand.Number("--rounds", "Trees", defaults.Trees.Rounds);
        var depth = TrainCommand.Number("--max-depth", "Depth of a tree", defaults.Trees.MaxDepth);
        var epochs = TrainCommand.Number("--epochs", "Epochs of the spiking network", defaults.Spiking.Epochs);
        var steps = TrainCommand.Number("--steps", "Time steps of the spiking network", defaults.Spiking.Steps);
        var slope = Real("--slope", "Steepness of the spiking network's surrogate derivative", defaults.Spiking.Slope);
        var cost = Real("--spike-cost", "What spikes cost in the spiking network's loss", defaults.Spiking.SpikeCost);
        var rate = Real("--learning-rate", "Learning rate of the spiking network", defaults.Spiking.LearningRate);
        var decay = Real("--weight-decay", "Weight decay of the spiking network", defaults.Spiking.WeightDecay);
        var firstHour = Real("--first-hour-weight", "What a legitimate row of the complete first hour counts beside another", defaults.FirstHourWeight);
        var from = Real("--test-from", "Second of the data set from which on rows are the test", defaults.TestFromSecond);
        var seed = TrainCommand.Number("--seed", "Seed; same seed and data, same model to the byte", defaults.Seed);
        var json = ReportPrinter.JsonOption();
        var command = new Command("cards", "Train on the card data set's 30 columns: trees or a spiking network")
        {
            data, output, network, rounds, depth, epochs, steps, slope, cost, rate, decay, firstHour, from, seed, json,
        };
        command.SetAction((result, stopping) =>
        {
            var options = new CardTrainingOptions
            {
                TestFromSecond = result.GetValue(from),
                FirstHourWeight = result.GetValue(firstHour),
                Seed = result.GetValue(seed),
                Trees = defaults.Trees with { Rounds = result.GetValue(rounds), MaxDepth = result.GetValue(depth) },
                Spiking = defaults.Spiking with
                {
                    Epochs = result.GetValue(epochs),
                    Steps = result.GetValue(steps),
                    Slope = result.GetValue(slope),
                    SpikeCost = result.GetValue(cost),
                    LearningRate = result.GetValue(rate),
                    WeightDecay = result.GetValue(decay),
                },
            };
            var kind = result.GetValue(network) == "spiking" ? CardNetwork.Spiking : CardNetwork.Trees;
            Run(result.GetValue(data)!, Path.GetFullPath(result.GetValue(output)!), kind, options, result.GetValue(json), stopping);
            return Task.CompletedTask;
        });
        return command;
    }

    internal static Option<FileInfo> DataOption() => new Option<FileInfo>("--data")
    {
        Description = "creditcard.csv or .csv.gz, whole or the sample",
        Required = true,
    }.AcceptExistingOnly();

    private static void Run(
        FileInfo data, string output, CardNetwork kind, CardTrainingOptions options, bool json, CancellationToken stopping)
    {
        if (kind is CardNetwork.Trees)
        {
            TrainingLibrary.Require();
        }

        var cards = CardReader.Read(data.FullName);
        var model = TrainProgress.Show("training", update => new CardTrainer(options, kind).Train(cards.Rows, update, stopping));
        var name = Path.GetFileName(Path.GetDirectoryName(output)) ?? "creditcard";
        var version = Path.GetFileName(output);
        var difference = CardModelWriter.Write(output, name, version, model, options, Digest(data));
        CardPrinter.Print(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name} version {version}: trained on {model.Split.Train.Rows} rows with {model.Split.Train.Frauds} frauds before second {options.TestFromSecond}, tested on the rest; left out as repetitions: {cards.RepeatedFrauds} frauds, {cards.RepeatedLegitimate} others"),
            model.Report,
            [.. model.Measures, KeyValuePair.Create("export_difference", difference)],
            json);
        if (difference > 1e-4)
        {
            throw new TrainingException(string.Create(
                CultureInfo.InvariantCulture, $"the exported model differs from the trainer's own by {difference}; it must not by more than 1e-4"));
        }
    }

    private static string Digest(FileInfo file)
    {
        using var stream = file.OpenRead();
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static Option<float> Real(string name, string description, float value) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
    };
}
