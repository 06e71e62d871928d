using Fraud.Http.Problems;
using Fraud.Model;
using Fraud.Model.CardNumbers;
using Fraud.Model.Decoding;
using Fraud.Stream.Storage;
using Fraud.Stream.Webhooks;
using static Fraud.Http.Stripe.StripeEvent;

namespace Fraud.Http.Stripe;

/// <summary>Disputes, early fraud warnings, refunds and reviews as labels. Thread-safe.</summary>
/// <remarks>
/// Stripe promises neither an order nor that every event comes. Of a dispute the newest event decides, and each is enough by itself:
/// one that is closed as lost leaves a label though its start was never seen, and one whose start comes late changes nothing.
/// </remarks>
internal sealed class StripeLabels(
    WebhookQueries events, StripeVerdicts verdicts, StripeOptions options, TransactionLimits limits, CardNumberGuard cards)
{
    // Newer ones of the same second first: times of events are whole seconds.
    private static readonly string[] DisputeStages = ["charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed"];

    /// <summary>Whether there was something to learn; or what is wrong with it. Blocks.</summary>
    /// <exception cref="StoreUnavailableException">Nothing is stored.</exception>
    public (bool IsLabel, Problem? Problem) Store(StripeEvent said)
    {
        var verdict = verdicts.Of(said);
        if (verdict == StripeVerdict.None)
        {
            return (false, null);
        }

        ShortText payment = default;
        if (!StripeIds.TrySet(StripePayments.IdOf(said.Object), limits.MaxIdLength, ref payment) || payment.IsEmpty || !cards.TryOther(ref payment))
        {
            const string expected = "the id of a charge, without control characters";
            return (false, new Problem(400, "Bad Request", $"data.object.charge: expected {expected}")
            {
                Field = "data.object.charge",
                Expected = expected,
            });
        }

        Label[] labels = IsLabel(said, verdict) ? [new Label(payment, default, default, 0, IsFraud: verdict == StripeVerdict.Fraud)] : [];
        var commit = events.CommitLabels(StripeEndpoint.KeyOf(said, cards), labels, OrderOf(said, verdict));
        return (commit.IsNewest && labels.Length > 0, null);
    }

    private bool IsLabel(StripeEvent said, StripeVerdict verdict) =>
        verdict != StripeVerdict.NoFraud || options.IsFraudReason(said.EarlierReason) || events.Knows(FraudMarkOf(said));

    private WebhookOrder? OrderOf(StripeEvent said, StripeVerdict verdict) => StripeVerdicts.IsDispute(said.Type)
        ? new WebhookOrder(
            cards.Id("stripe-dispute-" + Text(said.Object, "id")),
            (said.Created * 1_000) + Array.IndexOf(DisputeStages, said.Type),
            verdict == StripeVerdict.Fraud ? FraudMarkOf(said) : null)
        : null;

    /// <summary>By which it is known that the dispute was a fraud's.</summary>
    private string FraudMarkOf(StripeEvent said) => cards.Id("stripe-fraud-" + Text(said.Object, "id"));
}
