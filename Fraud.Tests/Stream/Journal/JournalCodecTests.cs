using CsCheck;
using Fraud.Stream.Batching;
using Fraud.Stream.Journal;
using Fraud.Tests.Support;

namespace Fraud.Tests.Stream.Journal;

public sealed class JournalCodecTests
{
    [Fact]
    public void Decode_AnyPage_HasWhatHistoriesNeedInItsOrder() => Any.Payment.List[0, 30].Sample(
        static payments =>
        {
            var codec = new JournalCodec();
            codec.Begin();
            foreach (var transaction in payments)
            {
                var payment = new Payment();
                transaction.CopyTo(payment.Transaction);
                codec.Add(payment);
            }

            var read = new List<JournalEntry>();
            JournalCodec.Decode(codec.End(), read);

            Assert.Equal(
                payments.Select(static paid => new JournalEntry(paid.Id, paid.CardId, paid.TerminalId, paid.AmountMinor, paid.EventTimeMs)), read);
        },
        iter: 1_000);
}
