namespace Fraud.Model.Cards;

/// <summary>
/// Moves probabilities from the fraud rate of the training rows to another one (Saerens, Latinne and Decaestecker
/// 2002): the odds are multiplied by the ratio of both rates' odds, so logits move by a constant and no order changes.
/// </summary>
public static class PriorShift
{
    /// <summary>What logits move by.</summary>
    /// <param name="from">Fraud rate that the model learned, 0 to 1 exclusive.</param>
    /// <param name="to">Fraud rate where it serves, 0 to 1 exclusive.</param>
    public static double Between(double from, double to) => Logit(to) - Logit(from);

    public static double Apply(double probability, double shift) => 1 / (1 + Math.Exp(-(Logit(probability) + shift)));

    private static double Logit(double probability) => Math.Log(probability / (1 - probability));
}
