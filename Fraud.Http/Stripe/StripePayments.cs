using System.Text.Json;
using Fraud.Http.Problems;
using Fraud.Http.Routing;
using Fraud.Http.Scoring;
using Fraud.Model;
using Fraud.Model.CardNumbers;
using Fraud.Model.Decoding;
using Fraud.Stream.Overload;
using Fraud.Stream.Scoring;
using Fraud.Stream.Storage;
using static Fraud.Http.Stripe.StripeEvent;

namespace Fraud.Http.Stripe;

/// <summary>Charges and payment intents as payments, scored as those of <c>POST /predict</c>. Thread-safe.</summary>
/// <remarks>
/// The charge's id is the payment's, and that of its intent as well: both events make one payment. Of the card only
/// Stripe's fingerprint is taken.
/// </remarks>
internal sealed class StripePayments(
    AdmissionGate gate, PaymentRouter router, TransactionLimits limits, CardNumberGuard cards, ModelRoutes models, KnownPayments known, TimeProvider time)
{
    /// <summary>The answer, once it is stored; or why there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store is away, or the payment's row is late.</exception>
    public async Task<(Answer? Scored, Problem? Problem)> Score(StripeEvent paid, CancellationToken cancellation)
    {
        var payment = gate.Rent();
        if ((Fill(payment.Transaction, paid) ?? ModelInputs.Check(payment.Transaction, models)) is { } wrong)
        {
            gate.Return(payment);
            return (null, wrong);
        }

        // A charge and its intent name the card differently, so each would be counted for a card of its own.
        if (await known.Find(payment.Transaction.Id, cancellation) is { } before)
        {
            gate.Return(payment);
            return (before, null);
        }

        gate.Prepare(payment);
        var routed = (await router.Score([payment], cancellation))[0];
        return routed.Outcome == RouteOutcome.Scored ? (routed.Answer, null) : (null, RouteProblems.Of(routed.Outcome));
    }

    /// <summary>The id of the payment that a charge, an intent, a dispute or a warning is about; empty when it names none.</summary>
    public static string IdOf(JsonElement about) => Text(about, "object") switch
    {
        "charge" => Text(about, "id"),
        "payment_intent" => First(Text(about, "latest_charge"), Text(ChargeOf(about), "id"), Text(about, "id")),
        _ => First(Text(about, "charge"), Text(about, "payment_intent")),
    };

    private Problem? Fill(Transaction payment, StripeEvent paid)
    {
        var about = paid.Object;
        var charge = ChargeOf(about);
        payment.Clear();
        if (!StripeIds.TrySet(IdOf(about), limits.MaxIdLength, ref payment.Id) || payment.Id.IsEmpty)
        {
            return Wrong("id", "an id without control characters");
        }

        if (!cards.TryOther(ref payment.Id))
        {
            return Wrong("id", CardNumberGuard.Expected);
        }

        // Never a number: the fingerprint, else what stands for the means of payment, else for the customer.
        var card = First(
            Text(charge, "payment_method_details", Text(charge, "payment_method_details", "type"), "fingerprint"),
            Text(about, "payment_method"),
            Text(about, "customer"));
        if (!StripeIds.TrySet(card, limits.MaxIdLength, ref payment.CardId))
        {
            return Wrong("payment_method_details", "a fingerprint without control characters");
        }

        if (!cards.TryCard(ref payment.CardId))
        {
            return Wrong("payment_method_details", CardNumberGuard.Expected);
        }

        FillTerminal(payment, paid);
        payment.Source.TrySet("stripe"u8);
        return FillAmount(payment, about) ?? FillTime(payment, about);
    }

    /// <summary>The first that can be one: metadata is anyone's text, and costs no payment.</summary>
    private void FillTerminal(Transaction payment, StripeEvent paid)
    {
        var about = paid.Object;
        foreach (var text in (string[])[
            Text(about, "metadata", "terminal_id"), Text(about, "metadata", "merchant_id"), Text(about, "on_behalf_of"), paid.Account])
        {
            if (StripeIds.TrySet(text, limits.MaxIdLength, ref payment.TerminalId) && !payment.TerminalId.IsEmpty && cards.TryOther(ref payment.TerminalId))
            {
                return;
            }

            payment.TerminalId.Clear();
        }
    }

    private Problem? FillAmount(Transaction payment, JsonElement about)
    {
        Span<byte> letters = stackalloc byte[3];
        var code = Text(about, "currency").ToUpperInvariant();
        if (code.Length != 3 || !System.Text.Encoding.UTF8.TryGetBytes(code, letters, out var length)
            || !Currency.TryParse(letters[..length], out payment.Currency))
        {
            return Wrong("currency", "an ISO 4217 code");
        }

        if (!about.TryGetProperty("amount", out var value) || value.ValueKind != JsonValueKind.Number
            || !value.TryGetInt64(out var amount) || amount < 0 || amount > limits.MaxAmountMinor
            || (payment.AmountMinor = StripeAmounts.ToMinor(amount, payment.Currency)) > limits.MaxAmountMinor)
        {
            return Wrong("amount", $"an integer from 0 to {limits.MaxAmountMinor}");
        }

        return null;
    }

    private Problem? FillTime(Transaction payment, JsonElement about)
    {
        var latest = (time.GetUtcNow() + limits.MaxFutureSkew).ToUnixTimeSeconds();
        if (!about.TryGetProperty("created", out var value) || value.ValueKind != JsonValueKind.Number
            || !value.TryGetInt64(out var created) || created < 0 || created > latest)
        {
            return Wrong("created", $"seconds since 1970, at most {limits.MaxFutureSkew} ahead of the clock");
        }

        payment.EventTimeMs = created * 1_000;
        return null;
    }

    // An intent carries its charge, if at all, in full in "latest_charge", or in the older "charges".
    private static JsonElement ChargeOf(JsonElement about)
    {
        if (Text(about, "object") != "payment_intent")
        {
            return about;
        }

        if (about.TryGetProperty("latest_charge", out var latest) && latest.ValueKind == JsonValueKind.Object)
        {
            return latest;
        }

        return about.TryGetProperty("charges", out var charges) && charges.ValueKind == JsonValueKind.Object
            && charges.TryGetProperty("data", out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0
            ? list[list.GetArrayLength() - 1]
            : default;
    }

    private static string First(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            if (text.Length > 0)
            {
                return text;
            }
        }

        return "";
    }

    private static Problem Wrong(string field, string expected) =>
        new(400, "Bad Request", $"data.object.{field}: expected {expected}") { Field = "data.object." + field, Expected = expected };
}
