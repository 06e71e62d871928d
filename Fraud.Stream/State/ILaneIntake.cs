using Fraud.Stream.Batching;

namespace Fraud.Stream.State;

/// <summary>Where sources put what they read. Never blocks: a full lane answers false, and the source waits in its own way.</summary>
public interface ILaneIntake
{
    /// <summary>
    /// Hands over a batch of one partition, in offset order. False when the lane is full; the batch then
    /// still belongs to the caller, who offers it again later (nothing is lost, order is kept).
    /// </summary>
    bool TryOffer(MicroBatch batch);

    /// <summary>Hands over one payment that came over HTTP; false when the lane is full.</summary>
    bool TryOffer(Payment payment);
}
