namespace Fraud.Stream.ReadModel;

/// <summary>The payment was accepted, answered and counted; the database refused its row, which is parked. One instance for all, since it says nothing of the payment.</summary>
public sealed class RowRefusedException : Exception
{
    private RowRefusedException()
        : base("The payment was accepted, and the database refused its row.")
    {
    }

    public static RowRefusedException Instance { get; } = new();
}
