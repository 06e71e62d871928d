using Fraud.Model.Snapshots;
using Fraud.Stream.Batching;

namespace Fraud.Stream.Journal;

/// <summary>
/// One page of a shard's journal: the payments that one commit stored, in its order. About 45 bytes a payment.
/// Payments that came the same way are in the order in which histories counted them; between features and store one
/// over HTTP may overtake some of Kafka's. Sums do not depend on it.
/// </summary>
public sealed class JournalCodec
{
    private const byte Version = 1;

    private readonly StateWriter _writer = new();
    private long _eventTime;

    public void Begin()
    {
        _writer.Begin(Version);
        _eventTime = 0;
    }

    public void Add(Payment payment)
    {
        var transaction = payment.Transaction;
        _writer.Text(transaction.Id);
        _writer.Text(transaction.CardId);
        _writer.Text(transaction.TerminalId);
        _writer.Signed(transaction.AmountMinor);
        // Neighbours are close in time.
        _writer.Signed(transaction.EventTimeMs - _eventTime);
        _eventTime = transaction.EventTimeMs;
    }

    /// <summary>Adds a payment that was read from a page.</summary>
    public void Add(in JournalEntry entry)
    {
        _writer.Text(entry.TransactionId);
        _writer.Text(entry.CardId);
        _writer.Text(entry.TerminalId);
        _writer.Signed(entry.AmountMinor);
        _writer.Signed(entry.EventTimeMs - _eventTime);
        _eventTime = entry.EventTimeMs;
    }

    /// <summary>The page; valid until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> End() => _writer.End();

    /// <summary>Appends a page's payments to a list.</summary>
    /// <exception cref="CorruptStateException">The page is damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> payload, List<JournalEntry> into)
    {
        var reader = new StateReader(payload, Version, "journal page");
        long eventTime = 0;
        while (!reader.IsAtEnd)
        {
            var transaction = reader.Text();
            var card = reader.Text();
            var terminal = reader.Text();
            var amount = reader.Signed();
            eventTime += reader.Signed();
            into.Add(new JournalEntry(transaction, card, terminal, amount, eventTime));
        }
    }
}
