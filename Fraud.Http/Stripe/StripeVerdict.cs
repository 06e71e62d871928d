using System.Text.Json;
using static Fraud.Http.Stripe.StripeEvent;

namespace Fraud.Http.Stripe;

/// <summary>What an event says of a payment.</summary>
internal enum StripeVerdict
{
    /// <summary>Nothing that is to be learned from.</summary>
    None,
    Fraud,

    /// <summary>The cardholder made it: a dispute that was won.</summary>
    Legitimate,

    /// <summary>It is disputed, and not as a fraud: what an earlier event said is taken back.</summary>
    NoFraud,
}

/// <summary>Reads verdicts out of events.</summary>
internal sealed class StripeVerdicts(StripeOptions options)
{
    private const string Fraudulent = "fraudulent";

    /// <summary>Whether events of this type can say something of a payment.</summary>
    public static bool IsTold(string type) => IsDispute(type) || type is "radar.early_fraud_warning.created" or "review.closed"
        or "refund.created" or "refund.updated" or "charge.refund.updated" or "charge.refunded" or "charge.updated";

    public static bool IsDispute(string type) => type is "charge.dispute.created" or "charge.dispute.updated" or "charge.dispute.closed";

    public StripeVerdict Of(StripeEvent said)
    {
        var about = said.Object;
        return said.Type switch
        {
            "radar.early_fraud_warning.created" => StripeVerdict.Fraud,
            "review.closed" => FraudIf(Text(about, "closed_reason") == "refunded_as_fraud"),
            "charge.refunded" or "charge.updated" => FraudIf(Text(about, "fraud_details", "user_report") == Fraudulent || HasFraudRefund(about)),
            _ when IsDispute(said.Type) => OfDispute(said.Type == "charge.dispute.closed", about),
            _ => FraudIf(Text(about, "reason") == Fraudulent),
        };
    }

    private StripeVerdict OfDispute(bool isOver, JsonElement about)
    {
        if (!options.IsFraudReason(Text(about, "reason")))
        {
            return StripeVerdict.NoFraud;
        }

        return isOver && Text(about, "status") is "won" or "warning_closed" ? StripeVerdict.Legitimate : StripeVerdict.Fraud;
    }

    // Where the account's version of the API has the refunds of a charge in it.
    private static bool HasFraudRefund(JsonElement charge) =>
        charge.TryGetProperty("refunds", out var refunds) && refunds.ValueKind == JsonValueKind.Object
        && refunds.TryGetProperty("data", out var list) && list.ValueKind == JsonValueKind.Array
        && list.EnumerateArray().Any(static refund => Text(refund, "reason") == Fraudulent);

    private static StripeVerdict FraudIf(bool isFraud) => isFraud ? StripeVerdict.Fraud : StripeVerdict.None;
}
