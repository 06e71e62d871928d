using Fraud.Model;

namespace Fraud.Faults.Feed;

/// <summary>One payment that the service is given, and which ways.</summary>
public sealed record Input(string Id, string CardId, string TerminalId, long AmountMinor, long EventTimeMs, bool IsFraud)
{
    public bool ViaHttp { get; init; }

    public bool ViaKafka { get; init; }

    /// <summary>The model throws for it: over HTTP the service must say 500 in the end, and from Kafka it must become a dead letter.</summary>
    public bool IsPoison { get; init; }

    public Transaction ToTransaction() => new()
    {
        Id = ShortText.From(Id),
        CardId = ShortText.From(CardId),
        TerminalId = ShortText.From(TerminalId),
        AmountMinor = AmountMinor,
        Currency = Currency.Euro,
        EventTimeMs = EventTimeMs,
    };

    public Label ToLabel() => new(
        ShortText.From(Id), ShortText.From(CardId), ShortText.From(TerminalId), EventTimeMs, IsFraud);
}
