namespace Fraud.Stream.Overload;

/// <summary>
/// Its caller's deadline passed before the lane reached the payment: it was neither counted nor scored. One
/// instance for all, because it happens most when time is short.
/// </summary>
public sealed class PaymentExpiredException : Exception
{
    private PaymentExpiredException()
        : base("The caller's deadline passed before the payment was counted.")
    {
    }

    public static PaymentExpiredException Instance { get; } = new();
}
