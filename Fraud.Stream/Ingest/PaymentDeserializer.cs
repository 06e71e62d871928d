using Confluent.Kafka;
using Fraud.Model.CardNumbers;
using Fraud.Model.Decoding;
using Fraud.Stream.Batching;
using Fraud.Stream.Poison;

namespace Fraud.Stream.Ingest;

/// <summary>
/// Decodes a record straight from the client's memory into the payment that waits for it: no array is made
/// for a record, unless one of them is wanted as it came. Never throws; a record that cannot be decoded becomes a dead letter.
/// </summary>
internal sealed class PaymentDeserializer(TransactionReader reader, TransactionLimits limits, CardNumberGuard cards, PoisonSuspects poison)
    : IDeserializer<Payment>
{
    /// <summary>The payment to fill next; whoever takes the result puts an empty one here.</summary>
    public Payment Next { get; set; } = new();

    public Payment Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        var payment = Next;
        payment.Clear();
        DecodeError error;
        if (data.Length > limits.MaxBodyBytes)
        {
            error = new DecodeError("too_large", "body", $"at most {limits.MaxBodyBytes} bytes");
        }
        else if (reader.TryRead(data, payment.Transaction, out error))
        {
            payment.Record = poison.KeepsRecords ? data.ToArray() : null;
            return payment;
        }

        payment.Transaction.Clear();
        payment.State = PaymentState.Undecodable;
        payment.DeadLetter = new DeadLetter([], cards.Hide(data.ToArray()), error.Reason, error.Message, error.Field);
        return payment;
    }
}
