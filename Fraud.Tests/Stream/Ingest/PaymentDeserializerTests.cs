using Confluent.Kafka;
using CsCheck;
using Fraud.Model.CardNumbers;
using Fraud.Model.Decoding;
using Fraud.Stream.Batching;
using Fraud.Stream.Ingest;
using Fraud.Tests.Stream.Poison;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Ingest;

public sealed class PaymentDeserializerTests
{
    private static readonly TransactionLimits Limits = new();

    [Fact]
    public void Deserialize_AnyPaymentThatWasWritten_IsThatPayment() => Any.Payment.Sample(
        static sent =>
        {
            var json = new byte[TransactionWriter.MaxLength];
            var length = TransactionWriter.Write(sent, json);

            var payment = Deserialize(json.AsSpan(0, length));

            Assert.Null(payment.DeadLetter);
            Any.AssertAlike(sent, payment.Transaction);
        },
        iter: 5_000);

    [Fact]
    public void Deserialize_RecordCutAnywhere_IsADeadLetterWithItsBytes() => Gen.Select(Any.Payment, Gen.Double[0, 1]).Sample(
        static (sent, part) =>
        {
            var json = new byte[TransactionWriter.MaxLength];
            var cut = json.AsSpan(0, (int)(TransactionWriter.Write(sent, json) * part * 0.999));

            var payment = Deserialize(cut);

            Assert.Equal(PaymentState.Undecodable, payment.State);
            Assert.Equal(cut.ToArray(), payment.DeadLetter!.Value);
        },
        iter: 5_000);

    [Fact]
    public void Deserialize_AnyBytes_NeverThrows() => Gen.Byte.Array[0, 200].Sample(
        static bytes => Assert.Equal(PaymentState.Undecodable, Deserialize(bytes).State),
        iter: 5_000);

    private static Payment Deserialize(ReadOnlySpan<byte> record) =>
        new PaymentDeserializer(new TransactionReader(Limits, CardNumberGuard.Off), Limits, CardNumberGuard.Off, Suspects.New()).Deserialize(record, isNull: false, default);
}
