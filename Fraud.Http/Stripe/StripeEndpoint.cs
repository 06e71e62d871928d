using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.Routing;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Model.CardNumbers;
using Fraud.Model.Decoding;
using Fraud.Stream.Lifecycle;
using Fraud.Stream.Overload;
using Fraud.Stream.Storage;
using Fraud.Stream.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Stripe;

/// <summary>
/// <c>POST /webhooks/stripe</c>: charges and payment intents become payments, disputes and early fraud warnings labels.
/// Answers 200 only when that is stored; Stripe sends everything else again for days.
/// </summary>
internal sealed class StripeEndpoint(
    StripeSignature signature,
    StripePayments payments,
    StripeLabels labels,
    StripeMetrics metrics,
    TransactionLimits limits,
    CardNumberGuard cards,
    WebhookQueries events,
    GraphStatus graph,
    EngineWakes wakes) : IEndpoints
{
    private static readonly Problem NotConfigured = new(
        404, "Not Found", "No signing secret is set: give Stripe__WebhookSecrets in the environment.");

    private static readonly Problem Unsigned = new(
        400, "Bad Request", $"{StripeSignature.Header}: expected t=SECONDS,v1=HMAC made with a secret of this endpoint, not long ago")
    {
        Field = StripeSignature.Header,
        Expected = "t=SECONDS,v1=HMAC made with a secret of this endpoint, not long ago",
    };

    private static readonly Problem NoEvent = new(400, "Bad Request", "body: expected an event of Stripe as JSON")
    {
        Field = "body",
        Expected = "an event of Stripe as JSON",
    };

    private static readonly Problem StoreAway = new(503, "Service Unavailable", "The store is away. Send the event again: it counts once.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    // Open to all, since Stripe has no key of ours: the signature over the body is the check, and nothing is read before it.
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/webhooks/stripe", (RequestDelegate)Handle)
            .Needs(Access.Open).WithName("receiveStripeEvent").Describe(StripeDescriptions.Webhook);

    /// <summary>What the store remembers an event by.</summary>
    public static string KeyOf(StripeEvent taken, CardNumberGuard cards) => cards.Id("stripe-" + taken.Id);

    public async Task Handle(HttpContext context)
    {
        if (!signature.IsConfigured)
        {
            await NotConfigured.Write(context);
            return;
        }

        var (document, wrong) = await Read(context);
        if (wrong is not null)
        {
            metrics.Count("other", "refused");
            await wrong.Write(context);
            return;
        }

        using (document)
        {
            if (StripeEvent.Read(document!.RootElement) is not { } taken)
            {
                metrics.Count("other", "refused");
                await NoEvent.Write(context);
                return;
            }

            await Take(context, taken);
        }
    }

    private async ValueTask<(JsonDocument? Document, Problem? Wrong)> Read(HttpContext context)
    {
        var body = await RequestBody.Read(context, limits.MaxBodyBytes);
        if (body.IsTooLarge)
        {
            return (null, ContentTypes.TooLarge(limits.MaxBodyBytes));
        }

        try
        {
            // As it came: what is parsed is what was signed.
            var bytes = body.Bytes.ToArray();
            if (!signature.IsValid(context.Request.Headers[StripeSignature.Header], bytes))
            {
                return (null, Unsigned);
            }

            return (StripeEvent.Parse(bytes), null);
        }
        catch (JsonException)
        {
            return (null, NoEvent);
        }
        finally
        {
            body.Release();
        }
    }

    private async Task Take(HttpContext context, StripeEvent taken)
    {
        var isPayment = taken.Type is "charge.succeeded" or "charge.captured" or "payment_intent.succeeded";
        var isLabel = taken.Type is "charge.dispute.created" or "charge.dispute.closed" or "radar.early_fraud_warning.created";
        if (!isPayment && !isLabel)
        {
            metrics.Count("other", "ignored");
            await Answer(context, "ignored", null);
            return;
        }

        if (graph.State is not (GraphState.Running or GraphState.Draining))
        {
            await Problem.Of(new Admission(AdmissionOutcome.NotRunning, TimeSpan.FromSeconds(1))).Write(context);
            return;
        }

        try
        {
            // The store's calls block.
            if (await Task.Run(() => events.Knows(KeyOf(taken, cards)), context.RequestAborted))
            {
                metrics.Count(taken.Type, "repeated");
                await Answer(context, "repeated", null);
                return;
            }

            await (isPayment ? TakePayment(context, taken) : TakeLabel(context, taken));
        }
        catch (StoreUnavailableException)
        {
            metrics.Count(taken.Type, "failed");
            await StoreAway.Write(context);
        }
    }

    private async Task TakePayment(HttpContext context, StripeEvent taken)
    {
        var (scored, problem) = await payments.Score(taken, context.RequestAborted);
        if (problem is not null)
        {
            metrics.Count(taken.Type, problem.Status >= 500 ? "failed" : "refused");
            await problem.Write(context);
            return;
        }

        // The payment is stored and counts once by its id; this only spares the next try.
        await Task.Run(() => events.Remember(KeyOf(taken, cards)), CancellationToken.None);
        metrics.Count(taken.Type, "payment");
        await Answer(context, "payment", scored);
    }

    private async Task TakeLabel(HttpContext context, StripeEvent taken)
    {
        var (isLabel, problem) = await Task.Run(() => labels.Store(taken), CancellationToken.None);
        if (problem is not null)
        {
            metrics.Count(taken.Type, "refused");
            await problem.Write(context);
            return;
        }

        wakes.Follower.Set();
        var outcome = isLabel ? "label" : "ignored";
        metrics.Count(taken.Type, outcome);
        await Answer(context, outcome, null);
    }

    private static Task Answer(HttpContext context, string outcome, Answer? scored) => JsonAnswer.Write(context, (outcome, scored), static (json, state) =>
    {
        json.WriteStartObject();
        json.WriteBoolean("received"u8, true);
        json.WriteString("outcome"u8, state.outcome);
        if (state.scored is { } answer)
        {
            json.WritePropertyName("result"u8);
            answer.WriteTo(json);
        }

        json.WriteEndObject();
    });
}
