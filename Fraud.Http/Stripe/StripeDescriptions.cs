using Fraud.Http.ApiDocs;

namespace Fraud.Http.Stripe;

/// <summary><c>POST /webhooks/stripe</c> as the OpenAPI document tells of it.</summary>
internal static class StripeDescriptions
{
    public static ApiDescription Webhook { get; } = new("Stripe", "Events from Stripe")
    {
        Detail =
            "Charges and payment intents become payments, disputes, early fraud warnings, refunds and reviews labels. 200 means that it is stored, "
            + "or that it never can be, and the outcome says which; Stripe sends everything else again. Open to all: the signature over the body is the check. 404 while no signing "
            + "secret is set.",
        Parameters =
        [
            new ApiParameter(
                StripeSignature.Header, "header", "Made by Stripe with the endpoint's signing secret: its time, and HMAC-SHA256 over time and body.",
                "t=1763640000,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd")
            {
                MaxLength = 4_096,
                IsRare = true,
            },
        ],
        Bodies = [ApiBody.Json<StripeEventRequest>()],
        Answers = [ApiAnswer.Json<StripeReceived>("It is stored, need not be, or cannot be.")],
        Problems = [400, 404, 408, 413, 503],
        // No secret is set from the start.
        ExampleStatus = 404,
    };
}
