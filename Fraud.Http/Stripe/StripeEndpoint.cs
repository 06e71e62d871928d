using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.RateLimits;
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
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Stripe;

/// <summary>
/// <c>POST /webhooks/stripe</c>: charges and payment intents become payments, disputes and early fraud warnings labels.
/// Answers 200 when that is stored, or never can be; Stripe sends everything else again for days, and then switches the address off.
/// </summary>
internal sealed class StripeEndpoint(
    StripeSignature signature,
    StripePayments payments,
    StripeLabels labels,
    StripeMetrics metrics,
    StripeOptions options,
    TransactionLimits limits,
    CardNumberGuard cards,
    WebhookQueries events,
    GraphStatus graph,
    EngineWakes wakes,
    ILogger<StripeEndpoint> log) : IEndpoints
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
            .Needs(Access.Open).Limited(RateClass.Webhooks).WithName("receiveStripeEvent").Describe(StripeDescriptions.Webhook);

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
                // It is signed: Stripe's, and none that this service knows how to read.
                await Refuse(context, "an event", "other", NoEvent);
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
        if (!isPayment && !StripeVerdicts.IsTold(taken.Type))
        {
            metrics.Count("other", "ignored");
            await Answer(context, "ignored");
            return;
        }

        if (!options.Takes(taken.IsLive))
        {
            metrics.Count(taken.Type, "other_mode");
            await Answer(context, "other_mode");
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
                await Answer(context, "repeated");
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
        if (problem is { Status: >= 500 or 429 or 408 })
        {
            metrics.Count(taken.Type, "failed");
            await problem.Write(context);
            return;
        }

        if (problem is not null)
        {
            await Refuse(context, KeyOf(taken, cards), taken.Type, problem);
            return;
        }

        // The payment is stored and counts once by its id; this only spares the next try.
        await Task.Run(() => events.Remember(KeyOf(taken, cards)), CancellationToken.None);
        metrics.Count(taken.Type, "payment");
        await Answer(context, "payment", scored: scored);
    }

    private async Task TakeLabel(HttpContext context, StripeEvent taken)
    {
        var (isLabel, problem) = await Task.Run(() => labels.Store(taken), CancellationToken.None);
        if (problem is not null)
        {
            await Refuse(context, KeyOf(taken, cards), taken.Type, problem);
            return;
        }

        wakes.Follower.Set();
        var outcome = isLabel ? "label" : "ignored";
        metrics.Count(taken.Type, outcome);
        await Answer(context, outcome);
    }

    /// <summary>Not remembered: once the settings that refused it are others, it may be sent again by hand.</summary>
    private Task Refuse(HttpContext context, string name, string type, Problem problem)
    {
        metrics.Count(type, "refused");
        StripeLog.Refused(log, name, type, problem.Detail);
        return Answer(context, "refused", problem.Detail);
    }

    private static Task Answer(HttpContext context, string outcome, string? detail = null, Answer? scored = null) => JsonAnswer.Write(context, (outcome, detail, scored), static (json, state) =>
    {
        json.WriteStartObject();
        json.WriteBoolean("received"u8, true);
        json.WriteString("outcome"u8, state.outcome);
        if (state.detail is not null)
        {
            json.WriteString("detail"u8, state.detail);
        }

        if (state.scored is { } answer)
        {
            json.WritePropertyName("result"u8);
            answer.WriteTo(json);
        }

        json.WriteEndObject();
    });
}
