using System.CommandLine;
using Fraud.Model.Features;
using Fraud.Model.Training;

namespace Fraud.Cli.Train;

/// <summary>The options that say how trees are grown and what is made of their scores, alike for every command that trains.</summary>
internal sealed class TrainerArguments
{
    private static readonly TrainingOptions Default = new();

    private readonly Option<int> _depth = TrainCommand.Number("--max-depth", "Depth of a tree", Default.MaxDepth);
    private readonly Option<int> _most = TrainCommand.Number("--max-rounds", "Most trees, where the validation days choose how many", Default.MaxRounds);
    private readonly Option<int> _rounds = TrainCommand.Number("--rounds", "Trees; 0 lets the validation days choose", Default.Rounds);
    private readonly Option<int> _bins = TrainCommand.Number("--bins", "Bins of a feature's histogram, 0 for exact splits", Default.Bins);
    private readonly Option<int> _seed = TrainCommand.Number("--seed", "Seed; same seed and data, same model to the byte", Default.Seed);
    private readonly Option<double> _rate = Share("--learning-rate", "How much of each tree counts", Default.LearningRate);
    private readonly Option<double> _rowShare = Share("--row-share", "Share of the rows that each tree sees", Default.RowShare);
    private readonly Option<double> _featureShare = Share("--feature-share", "Share of the features that each tree sees", Default.FeatureShare);
    private readonly Option<double> _leafWeight = Share("--min-leaf-weight", "Least weight of a leaf", Default.MinLeafWeight);
    private readonly Option<double> _leafPenalty = Share("--leaf-penalty", "Pull of leaf values towards zero", Default.LeafPenalty);
    private readonly Option<string> _features = new("--features")
    {
        Description = "handbook: its fifteen; all: everything the profile computes",
        DefaultValueFactory = static _ => "all",
    };

    public TrainerArguments() => _features.AcceptOnlyFromAmong("handbook", "all");

    public void AddTo(Command command)
    {
        AddTreesTo(command);
        command.Options.Add(_features);
    }

    /// <summary>All but the features, for a command that has its own say about them.</summary>
    public void AddTreesTo(Command command)
    {
        foreach (var option in (Option[])[_depth, _most, _rounds, _bins, _seed, _rate, _rowShare, _featureShare, _leafWeight, _leafPenalty])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The given options with what was asked for.</summary>
    public TrainingOptions Read(ParseResult arguments, TrainingOptions options) => options with
    {
        MaxDepth = arguments.GetValue(_depth),
        MaxRounds = arguments.GetValue(_most),
        Rounds = arguments.GetValue(_rounds),
        Bins = arguments.GetValue(_bins),
        Seed = arguments.GetValue(_seed),
        LearningRate = arguments.GetValue(_rate),
        RowShare = arguments.GetValue(_rowShare),
        FeatureShare = arguments.GetValue(_featureShare),
        MinLeafWeight = arguments.GetValue(_leafWeight),
        LeafPenalty = arguments.GetValue(_leafPenalty),
        Features = FeaturesOf(arguments.GetResult(_features)?.GetValueOrDefault<string>() ?? "all"),
    };

    public static IReadOnlyList<string> FeaturesOf(string set) => set == "handbook"
        ? [.. FeatureCatalog.Names.Take(FeatureCatalog.HandbookCount)]
        : FeatureCatalog.Names;

    private static Option<double> Share(string name, string description, double value) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
    };
}
