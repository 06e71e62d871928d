using Fraud.Model;

namespace Fraud.Stream.Journal;

/// <summary>A payment as a page has it. Its reasons and features are beside it: see <see cref="PageReader"/>.</summary>
public struct PagePayment
{
    public ShortText Id;

    public ShortText CardId;

    public ShortText TerminalId;

    public ShortText Source;

    /// <summary>In minor units of <see cref="Currency"/>.</summary>
    public long AmountMinor;

    /// <summary>What histories counted for it: replays use this and nothing else, whatever rates are later (rule 30 of docs/decisions/0011).</summary>
    public long CountedMinor;

    public Currency Currency;

    public long EventTimeMs;

    /// <summary>Offset in the shard's partition; -1 when it came over HTTP.</summary>
    public long KafkaOffset;

    public float Score;

    public Decision Decision;

    /// <summary>Which of the page's models scored it; -1 when the page does not say (<see cref="IsBare"/>).</summary>
    public int Model;

    /// <summary>
    /// Only what histories need is there: id, card, terminal, amount and time. So it is in pages of the first version, beside which rows were
    /// written in the same transaction.
    /// </summary>
    public readonly bool IsBare => Model < 0;

    /// <summary>What histories need of it.</summary>
    public readonly JournalEntry Entry => new(Id, CardId, TerminalId, CountedMinor, EventTimeMs);
}
