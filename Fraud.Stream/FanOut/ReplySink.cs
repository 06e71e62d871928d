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
            Told(batch);
        }
    }

    /// <summary>A batch over HTTP is told what it has to be by this sink, or by that of repeats.</summary>
    public void Told(MicroBatch batch)
    {
        if (batch.AllTold())
        {
            inFlight.Remove(batch);
        }
    }

    private void Acknowledge(Payment payment, BatchGroup group)
    {
        // Who was sent again is another sink's, which may be about it.
        if (payment.State == PaymentState.Expired || payment.IsUnansweredRepeat)
        {
            return;
        }

        if (payment.State == PaymentState.Fenced)
        {
            Fail(payment, new ShardsFencedException([payment.Shard]), "its shard went to another node");
            return;
        }

        Answer(payment, group);
    }

    public void Fail(Payment payment, Exception error, string why)
    {
        payment.Trace?.Failed(payment, why);
        if (!payment.IsAnswered)
        {
            payment.IsAnswered = true;
            payment.Reply?.Fail(payment, error);
        }
    }

    public void Answer(Payment payment, BatchGroup group)
    {
        // With Scored the answer has left already.
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
