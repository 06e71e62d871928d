using Fraud.Http.Problems;
using Fraud.Model;
using Fraud.Model.CardNumbers;
using Fraud.Model.Decoding;
using Fraud.Stream.Storage;
using Fraud.Stream.Webhooks;
using static Fraud.Http.Stripe.StripeEvent;

namespace Fraud.Http.Stripe;

/// <summary>Disputes and early fraud warnings as labels. Thread-safe.</summary>
/// <remarks>Stripe does not promise an order: a dispute that is known to be won leaves no label when its start comes later.</remarks>
internal sealed class StripeLabels(WebhookQueries events, StripeOptions options, TransactionLimits limits, CardNumberGuard cards)
{
    /// <summary>Whether there was something to learn; or what is wrong with it. Blocks.</summary>
    /// <exception cref="StoreUnavailableException">Nothing is stored.</exception>
    public (bool IsLabel, Problem? Problem) Store(StripeEvent said)
    {
        var about = said.Object;
        var isDispute = said.Type != "radar.early_fraud_warning.created";
        var isOver = said.Type == "charge.dispute.closed";
        if (isDispute && (!options.IsFraudReason(Text(about, "reason")) || (isOver && Text(about, "status") is not ("won" or "warning_closed"))))
        {
            return (false, null);
        }

        ShortText payment = default;
        if (!TrySet(StripePayments.IdOf(about), limits.MaxIdLength, ref payment) || payment.IsEmpty || !cards.TryOther(ref payment))
        {
            var expected = $"the id of a charge, of at most {limits.MaxIdLength} bytes";
            return (false, new Problem(400, "Bad Request", $"data.object.charge: expected {expected}")
            {
                Field = "data.object.charge",
                Expected = expected,
            });
        }

        var won = cards.Id("stripe-won-" + Text(about, "id"));
        if (isOver)
        {
            events.Remember(won);
        }
        else if (isDispute && events.Knows(won))
        {
            return (false, null);
        }

        events.CommitLabels(StripeEndpoint.KeyOf(said, cards), [new Label(payment, default, default, 0, IsFraud: !isOver)]);
        return (true, null);
    }
}
