using System.ComponentModel.DataAnnotations;

namespace Fraud.Model.Evaluation;

/// <summary>What decisions cost, in the units of the payments' amounts (not hundredths).</summary>
/// <param name="Review">Of a person looking at one payment, whatever comes of it.</param>
/// <param name="FalseBlock">Of a genuine payment that was blocked: the customer calls, or leaves.</param>
public sealed record DecisionCosts([Range(0, 1e9)] double Review, [Range(0, 1e9)] double FalseBlock)
{
    /// <summary>
    /// A fraud that is let through costs its amount; one that is reviewed or blocked is caught. All amounts count as one
    /// currency.
    /// </summary>
    public double Of(Decision decision, bool isFraud, long amountMinor) => decision switch
    {
        Decision.Block => isFraud ? 0 : FalseBlock,
        Decision.Review => Review,
        _ => isFraud ? amountMinor / 100.0 : 0,
    };
}
