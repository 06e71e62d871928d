namespace Fraud.Model.Evaluation;

/// <summary>How a score becomes a decision.</summary>
public abstract record DecisionPolicy
{
    public abstract Decision Decide(float score, long amountMinor);
}

/// <summary>As the service decides: from Review on reviewed, from Block on blocked.</summary>
public sealed record ThresholdPolicy(float Review, float Block) : DecisionPolicy
{
    public override Decision Decide(float score, long amountMinor) =>
        score >= Block ? Decision.Block : score >= Review ? Decision.Review : Decision.Approve;
}

/// <summary>Whatever is expected to cost least, the score being the probability of fraud: only as good as its calibration.</summary>
public sealed record CostPolicy(DecisionCosts Costs) : DecisionPolicy
{
    public override Decision Decide(float score, long amountMinor)
    {
        var approve = score * (amountMinor / 100.0);
        var block = (1 - score) * Costs.FalseBlock;
        return approve <= Costs.Review && approve <= block ? Decision.Approve : Costs.Review <= block ? Decision.Review : Decision.Block;
    }
}
