using System.CommandLine;
using Fraud.Model.Training;

namespace Fraud.Cli.Train;

/// <summary>The options that say how review and block thresholds are chosen.</summary>
internal sealed class ThresholdChoiceArguments
{
    private readonly Option<string> _by = new("--thresholds")
    {
        Description = "precision: lowest scores that reach a precision; cost: of the least cost on the validation days",
        DefaultValueFactory = static _ => "precision",
    };

    private readonly Option<double> _reviewPrecision = Number("--review-precision", "Share of frauds among reviewed payments", 0.5);
    private readonly Option<double> _blockPrecision = Number("--block-precision", "Share of frauds among blocked payments", 0.95);
    private readonly Option<double> _reviewCost = Number("--review-cost", "Cost of one review, in units of the amounts", 5);
    private readonly Option<double> _falseBlockCost = Number("--false-block-cost", "Cost of blocking one legitimate payment; a missed fraud costs its amount", 50);

    public ThresholdChoiceArguments() => _by.AcceptOnlyFromAmong("precision", "cost");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_by, _reviewPrecision, _blockPrecision, _reviewCost, _falseBlockCost])
        {
            command.Options.Add(option);
        }
    }

    public ThresholdChoice Read(ParseResult arguments) => arguments.GetValue(_by) == "cost"
        ? new CostThresholds(arguments.GetValue(_reviewCost), arguments.GetValue(_falseBlockCost))
        : new PrecisionThresholds(arguments.GetValue(_reviewPrecision), arguments.GetValue(_blockPrecision));

    private static Option<double> Number(string name, string description, double value)
    {
        var option = new Option<double>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not >= 0)
            {
                result.AddError($"{name}: expected a number that is not negative");
            }
        });
        return option;
    }
}
