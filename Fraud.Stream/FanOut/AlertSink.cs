using Fraud.Stream.Batching;

namespace Fraud.Stream.FanOut;

/// <summary>
/// Wakes the sender of alerts, behind the commit. The alerts themselves leave through the outbox that was written with the
/// results, so a crash here loses none.
/// </summary>
/// <param name="wake">Called for each group with alerts or dead letters; must not block.</param>
public sealed class AlertSink(Action wake)
{
    public void Apply(BatchGroup group)
    {
        var isWaiting = group.Batches.Any(static batch => batch.OutboxCount > 0);
        group.Release();
        if (isWaiting)
        {
            wake();
        }
    }
}
