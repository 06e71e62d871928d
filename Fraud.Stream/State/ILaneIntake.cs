using Fraud.Stream.Batching;

namespace Fraud.Stream.State;

/// <summary>Where the front door puts payments. Never blocks.</summary>
public interface ILaneIntake
{
    /// <summary>False when the lane is full, or no graph runs; the payment is still the caller's.</summary>
    bool TryOffer(Payment payment);
}
