using Fraud.Cli.Arguments;
using Fraud.Model.Evaluation;
using Fraud.Model.Registry;

namespace Fraud.Cli.Backtest;

/// <summary>What decides in a backtest.</summary>
/// <param name="Review">Null: the model's.</param>
/// <param name="Cost">Decide by these costs; null: by thresholds.</param>
internal sealed record BacktestPolicy(double? Review, double? Block, DecisionCosts? Cost)
{
    /// <param name="model">Says its thresholds; null when stored scores are decided again.</param>
    /// <exception cref="UsageException">There are no thresholds, or they are the wrong way round.</exception>
    public DecisionPolicy For(ModelThresholds? model)
    {
        if (Cost is not null)
        {
            return Review is null && Block is null ? new CostPolicy(Cost) : throw new UsageException("--policy: expected no --review and --block with cost");
        }

        if ((Review ?? model?.Review) is not { } review || (Block ?? model?.Block) is not { } block)
        {
            throw new UsageException("expected --model, --policy cost, or both --review and --block: else nothing would change");
        }

        return review <= block ? new ThresholdPolicy((float)review, (float)block) : throw new UsageException("--review: expected at most --block");
    }
}

/// <summary>The days of a backtest.</summary>
/// <param name="To">The last one; null: the last whose labels are known.</param>
internal sealed record BacktestDays(DateOnly? From, DateOnly? To, TimeSpan LabelDelay);
