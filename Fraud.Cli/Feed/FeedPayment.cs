using Fraud.Model;

namespace Fraud.Cli.Feed;

/// <summary>A payment on its way to the service, with what is known about it. Sources refill one instance.</summary>
public sealed class FeedPayment
{
    public Transaction Payment { get; } = new();

    public bool IsFraud { get; set; }

    /// <summary>Kafka's key: the card, so that its payments stay in order; the payment itself when it names none.</summary>
    public ShortText Key => Payment.CardId.IsEmpty ? Payment.Id : Payment.CardId;

    public Label Label => new(Payment.Id, Payment.CardId, Payment.TerminalId, Payment.EventTimeMs, IsFraud);
}
