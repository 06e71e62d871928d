using Fraud.Http.ApiDocs;
using Fraud.Http.Scoring;

namespace Fraud.Http.Stripe;

/// <summary><c>POST /webhooks/stripe</c> as the OpenAPI document tells of it.</summary>
internal static class StripeDescriptions
{
    private static readonly ApiShape Event = new("StripeEvent", """
        {
          "id": "evt_3QNexample",
          "type": "charge.succeeded",
          "account": "acct_1example",
          "data": {
            "object": {
              "id": "ch_3QNexample",
              "object": "charge",
              "amount": 1250,
              "currency": "eur",
              "created": 1763640000,
              "payment_method_details": { "type": "card", "card": { "fingerprint": "Xt5EWLLDS7FJjR1c" } }
            }
          }
        }
        """)
    {
        { "id", "The event's id; it counts once by it." },
        { "type", "What happened. Types that are neither payments nor labels are answered with 200 and ignored." },
        { "account", "The connected account that it is about.", FieldIs.Optional },
        { "data", "What it is about." },
        { "data.object", "The charge, payment intent, dispute or early fraud warning, as Stripe sends it.", FieldIs.Free },
    };

    private static readonly ApiShape Answer = new("StripeReceived", """{"received":true,"outcome":"payment","result":{}}""")
    {
        { "received", "Always true: what was not taken is no 200." },
        { "outcome", "What became of it.", FieldIs.Required, "payment", "label", "repeated", "ignored" },
        { "result", "Of a payment: the answer of POST /predict.", PredictDescriptions.Answer, FieldIs.Optional },
    };

    public static ApiDescription Webhook { get; } = new("Stripe", "Events from Stripe")
    {
        Detail =
            "Charges and payment intents become payments, disputes and early fraud warnings labels. 200 means that it is stored; "
            + "Stripe sends everything else again. Open to all: the signature over the body is the check. 404 while no signing "
            + "secret is set.",
        Parameters =
        [
            new ApiParameter(
                StripeSignature.Header, "header", "Made by Stripe with the endpoint's signing secret: its time, and HMAC-SHA256 over time and body.",
                "t=1763640000,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd")
            {
                IsRare = true,
            },
        ],
        Bodies = [ApiBody.Json(Event)],
        Answers = [ApiAnswer.Json(Answer, "It is stored, or needs not be.")],
        Problems = [400, 404, 408, 413, 422, 503],
        // No secret is set from the start.
        ExampleStatus = 404,
    };
}
