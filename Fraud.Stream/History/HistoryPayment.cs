using System.Text;
using Fraud.Model;

namespace Fraud.Stream.History;

/// <summary>A stored payment with what was decided about it and what became known of it.</summary>
/// <param name="Score">Fraud probability that the model in service gave then.</param>
/// <param name="Features">
/// As the stream computed them, in the order of <see cref="Model.Features.FeatureCatalog"/>; empty where they were not kept
/// (<c>Storage:FeatureSample</c>), shorter when stored before later ones were added.
/// </param>
/// <param name="StoredAtMs">When it was committed, milliseconds since 1970 UTC.</param>
/// <param name="IsFraud">Its label; null when there is none, which after the label delay means legitimate.</param>
public sealed record HistoryPayment(
    long Position,
    string TransactionId,
    string CardId,
    string TerminalId,
    long AmountMinor,
    string Currency,
    long EventTimeMs,
    float Score,
    Decision Decision,
    string Model,
    string ModelVersion,
    float[] Features,
    long StoredAtMs,
    bool? IsFraud,
    int Shard)
{
    /// <summary>Makes a payment of it, as it was received.</summary>
    public void CopyTo(Transaction payment)
    {
        payment.Clear();
        payment.Id = ShortText.From(TransactionId);
        payment.CardId = ShortText.From(CardId);
        payment.TerminalId = ShortText.From(TerminalId);
        payment.AmountMinor = AmountMinor;
        // What cannot be read was stored as none, and counts hundredths as none does.
        payment.Currency = Fraud.Model.Currency.TryParse(Encoding.UTF8.GetBytes(Currency), out var currency) ? currency : default;
        payment.EventTimeMs = EventTimeMs;
    }
}
