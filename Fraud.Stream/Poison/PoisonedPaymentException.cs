namespace Fraud.Stream.Poison;

/// <summary>The payment fails the graph whenever it runs: it is not scored, and counted nowhere. One instance for all, since it says nothing of the payment.</summary>
public sealed class PoisonedPaymentException : Exception
{
    private PoisonedPaymentException()
        : base("The payment fails the graph whenever it runs.")
    {
    }

    public static PoisonedPaymentException Instance { get; } = new();
}
