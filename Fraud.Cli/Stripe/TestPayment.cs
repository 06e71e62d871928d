using System.Collections.Frozen;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Fraud.Cli.Arguments;

namespace Fraud.Cli.Stripe;

/// <summary>A payment that is made and confirmed at once with one of Stripe's test cards.</summary>
internal sealed record TestPayment(long Amount, string Currency, string Card, string Terminal)
{
    /// <summary>Names for people, and what Stripe calls these cards.</summary>
    public static FrozenDictionary<string, string> Cards { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["visa"] = "pm_card_visa",
        ["mastercard"] = "pm_card_mastercard",
        ["declined"] = "pm_card_visa_chargeDeclined",
        // Disputed as fraud some seconds later: the label that this service learns from.
        ["disputed"] = "pm_card_createDispute",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Asks once. What was asked twice by a network that repeats is made once.</summary>
    /// <exception cref="CommandException">Stripe did not make it, and says why.</exception>
    public async Task<MadePayment> Make(HttpClient stripe, string key, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/payment_intents");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["amount"] = Amount.ToString(CultureInfo.InvariantCulture),
            ["currency"] = Currency,
            ["payment_method"] = Cards[Card],
            ["confirm"] = "true",
            ["automatic_payment_methods[enabled]"] = "true",
            // No person is there to be sent to a page of the bank.
            ["automatic_payment_methods[allow_redirects]"] = "never",
            ["metadata[terminal_id]"] = Terminal,
        });
        try
        {
            using var answer = await stripe.SendAsync(request, cancellation);
            return Read(await answer.Content.ReadAsByteArrayAsync(cancellation), (int)answer.StatusCode);
        }
        catch (HttpRequestException error)
        {
            throw new CommandException($"Stripe does not answer: {error.Message}", error);
        }
        catch (TaskCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandException($"Stripe did not answer within {stripe.Timeout.TotalSeconds:0} s", error);
        }
    }

    private static MadePayment Read(byte[] body, int status)
    {
        JsonElement answer;
        try
        {
            answer = JsonElement.Parse(body);
        }
        catch (JsonException error)
        {
            throw new CommandException($"expected JSON from Stripe; it answered {status} with something else", error);
        }

        if (status == 200)
        {
            return Intent(answer, declined: null);
        }

        var refusal = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("error", out var wrong) ? wrong : default;
        // A declined card is a payment, too: Stripe tells the endpoints of it.
        if (status == 402 && refusal.ValueKind == JsonValueKind.Object && refusal.TryGetProperty("payment_intent", out var intent))
        {
            return Intent(intent, Text(refusal, "decline_code") ?? Text(refusal, "code") ?? "declined");
        }

        throw new CommandException($"Stripe answered {status}: {Text(refusal, "message") ?? "it did not say why"}");
    }

    private static MadePayment Intent(JsonElement intent, string? declined) => Text(intent, "id") is { } id && Text(intent, "status") is { } state
        ? new MadePayment(id, state, Text(intent, "latest_charge"), declined)
        : throw new CommandException("expected a payment intent with id and status from Stripe");

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>What Stripe made.</summary>
/// <param name="Id">Of the payment intent.</param>
/// <param name="Status">Such as "succeeded".</param>
/// <param name="Charge">Of the charge, which is the payment's id at the service.</param>
/// <param name="Declined">Why the bank said no; null where it did not.</param>
internal sealed record MadePayment(string Id, string Status, string? Charge, string? Declined);
