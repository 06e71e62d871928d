using Confluent.Kafka;
using Fraud.Model.CardNumbers;
using Fraud.Model.Decoding;
using Fraud.Stream.Batching;
using Fraud.Stream.Ingest;
using Fraud.Stream.Poison;
using Fraud.Stream.State;
using Fraud.Stream.Telemetry;
using Fraud.Stream.Tracing;

namespace Fraud.Stream.Kafka;

/// <summary>
/// Makes payments of records: decoded, with their place, counted, and with a trace where one is wanted. One that is poison becomes a dead
/// letter here, before anything counts it.
/// </summary>
public sealed class RecordReader(
    TransactionLimits limits, CardNumberGuard cards, ShardRouter shards, PaymentTracer tracer, FieldCounts fields, PoisonSuspects poison,
    TimeProvider time)
{
    private readonly TransactionReader _reader = new(limits, cards, time);

    /// <summary>The client must build the records' headers.</summary>
    internal bool ReadsHeaders => tracer.ReadsRecordHeaders;

    /// <summary>A record's value as its dead letter may keep it.</summary>
    internal byte[] Hide(byte[] value) => cards.Hide(value);

    internal PaymentDeserializer NewDeserializer() => new(_reader, limits, cards, poison);

    /// <summary>Adds to the payment what its record says besides its value.</summary>
    internal Payment Complete(ConsumeResult<RecordKey, Payment> record)
    {
        var payment = record.Message.Value;
        RecordPlace.Complete(payment, record.Message.Key, record.Partition.Value, record.Offset.Value, cards, time);
        Suspect(payment, record.Message.Key);
        if (payment.DeadLetter is null)
        {
            fields.Add(payment.Transaction.Gaps, isFromKafka: true);
        }

        tracer.BeginRecord(payment, record.Message.Headers);
        return payment;
    }

    private void Suspect(Payment payment, RecordKey key)
    {
        if (payment.DeadLetter is not null || poison.Of(payment) == Suspicion.None)
        {
            return;
        }

        // Without its record it was decoded before it was found to be poison, for a graph that has ended since.
        if (poison.WhyPoison(payment) is { } why && payment.Record is { } value)
        {
            payment.Transaction.Clear();
            payment.State = PaymentState.Undecodable;
            payment.DeadLetter = new DeadLetter(cards.HideKey(key.ToArray()), cards.Hide(value), PoisonSuspects.Reason, cards.Hide(why));
            return;
        }

        payment.IsSuspect = true;
    }

    /// <summary>
    /// Its producer put it where its card's other payments are not (rule 28 of docs/decisions/0011). A payment without a card has
    /// no history to be apart from.
    /// </summary>
    internal bool IsForeign(Payment payment) =>
        payment is { DeadLetter: null, Transaction.CardId.IsEmpty: false }
        && shards.ShardOf(payment.Transaction.CardId.Utf8) != payment.Shard;
}
