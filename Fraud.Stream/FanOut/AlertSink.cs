using Fraud.Stream.Batching;

namespace Fraud.Stream.FanOut;

/// <summary>
/// Wakes whoever sends alerts, once the store holds them. The alerts themselves leave through the
/// outbox that was written with the results, so a crash here loses none.
/// </summary>
/// <param name="wake">Called for each batch with alerts or dead letters; must not block.</param>
public sealed class AlertSink(StageQueue<MicroBatch> input, Action wake)
{
    public void Run(CancellationToken cancellation)
    {
        while (input.Read(out var batch, cancellation))
        {
            if (batch.OutboxCount > 0)
            {
                batch.WaitStored(cancellation);
                wake();
            }

            batch.Release();
        }
    }
}
