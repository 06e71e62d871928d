using Fraud.Stream.Batching;
using Fraud.Stream.Cluster;
using Fraud.Stream.Kafka;
using Fraud.Stream.Overload;

namespace Fraud.Stream.FanOut;

/// <summary>Acknowledges what is stored: to callers over HTTP their answers, to Kafka's partitions their positions.</summary>
/// <remarks>One group at a time, in the order of the commits.</remarks>
/// <param name="stored">Told how far a partition is stored. Must not block.</param>
public sealed class ReplySink(Action<CommittableOffset> stored, KafkaPace pace, InFlight inFlight)
{
    public void Apply(BatchGroup group)
    {
        foreach (var batch in group.Batches)
        {
            Acknowledge(batch, group);
        }

        group.Release();
    }

    private void Acknowledge(MicroBatch batch, BatchGroup group)
    {
        var payments = batch.Payments;
        if (batch.IsFromKafka && payments[0].State != PaymentState.Fenced)
        {
            stored(new CommittableOffset(batch.KafkaPartition, batch.Generation, payments[^1].KafkaOffset + 1));
        }

        foreach (var payment in payments)
        {
            Acknowledge(payment, group);
        }

        if (!batch.IsFromKafka)
        {
            inFlight.Remove(batch);
        }
    }

    private void Acknowledge(Payment payment, BatchGroup group)
    {
        if (payment.State == PaymentState.Expired)
        {
            return;
        }

        if (payment.State == PaymentState.Fenced)
        {
            payment.Trace?.Failed(payment, "its shard went to another node");
            if (!payment.IsAnswered)
            {
                payment.Reply?.Fail(payment, new ShardsFencedException([payment.Shard]));
            }

            return;
        }

        // With Scored the answer has left already, unless only the store knew it.
        if (!payment.IsAnswered)
        {
            payment.IsAnswered = true;
            if (payment.Reply is { } reply)
            {
                pace.Answered(payment.ArrivedTimestamp);
                reply.Complete(payment);
            }
        }

        // Behind the answer: making spans takes some microseconds.
        var (started, ended, attempts) = group.Commit;
        payment.Trace?.Stored(payment, started, ended, attempts, group.Payments);
    }
}
