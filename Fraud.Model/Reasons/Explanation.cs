namespace Fraud.Model.Reasons;

/// <summary>What each input of the model contributed to one payment's margin. Immutable.</summary>
/// <param name="Bias">Expected margin over the training rows, in log-odds.</param>
/// <param name="Inputs">Largest contribution, either way, first.</param>
public sealed record Explanation(double Bias, IReadOnlyList<Contribution> Inputs)
{
    /// <summary>What the trees give, in log-odds, before any calibration: bias and contributions together.</summary>
    public double Margin => Bias + Inputs.Sum(static input => input.LogOdds);
}

/// <param name="Name">Of the input, as in the manifest.</param>
/// <param name="Value">NaN when it was missing.</param>
/// <param name="LogOdds">Above 0 towards fraud, below away from it.</param>
public readonly record struct Contribution(string Name, float Value, double LogOdds);
