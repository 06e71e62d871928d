using Fraud.Http.ApiDocs;
using Fraud.Http.Deadlines;
using Fraud.Http.Idempotency;
using Fraud.Http.Problems;
using Fraud.Http.RateLimits;
using Fraud.Http.Routing;
using Fraud.Http.Security;
using Fraud.Http.Telemetry;
using Fraud.Model.Decoding;
using Fraud.Stream.Batching;
using Fraud.Stream.Overload;
using Fraud.Stream.Scoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Scoring;

/// <summary><c>POST /predict</c>: one payment, or the 30 features where the served model takes them.</summary>
internal sealed class PredictEndpoint(
    AdmissionGate gate,
    ReplyPool replies,
    TransactionReader reader,
    TransactionLimits limits,
    ModelRoutes models,
    PaymentRouter router,
    RateHeaders rates) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/predict", (RequestDelegate)Handle)
            .Needs(Access.Score).Limited(RateClass.Payments).TakesIdempotencyKey().MeasuresWaits().WithName("predict").Describe(PredictDescriptions.Predict);

    public async Task Handle(HttpContext context)
    {
        if (!ContentTypes.IsJson(context.Request))
        {
            await ContentTypes.Unsupported.Write(context);
            return;
        }

        if (!RequestTimeout.TryRead(context, out var timeout, out var wrong))
        {
            await wrong.Write(context);
            return;
        }

        if (!ExplainQuery.TryRead(context.Request, out var explain, out wrong))
        {
            await wrong.Write(context);
            return;
        }

        var deadline = replies.DeadlineIn(timeout);
        var body = await RequestBody.Read(context, limits.MaxBodyBytes);
        if (body.IsTooLarge)
        {
            await ContentTypes.TooLarge(limits.MaxBodyBytes).Write(context);
            return;
        }

        // Not before: a caller who leaves in mid-body takes nothing along.
        var payment = gate.Rent();
        if (Parse(body, payment) is { } problem)
        {
            gate.Return(payment);
            await problem.Write(context);
            return;
        }

        payment.Deadline = deadline;
        payment.IsExplanationWanted = explain;
        KeyedRequest.Of(context)?.GiveId(payment.Transaction);
        gate.Prepare(payment);
        if (!router.IsHere(payment))
        {
            await ScoreRouted(context, payment, isRateTaken: false);
            return;
        }

        context.Response.Headers[RoutingHeaders.Node] = router.Self.Name;
        var reply = replies.Rent(1, deadline);
        payment.Reply = reply;
        var admission = gate.TryAdmit(ClientKey.Of(context), new ReadOnlySpan<Payment>(ref payment), out var rate);
        rates.Write(context, rate);
        if (!admission.IsAdmitted)
        {
            replies.Return(reply);
            await Refused(context, payment, admission);
            return;
        }

        replies.Watch(reply);
        try
        {
            var outcome = await reply.Outcome;
            if (outcome == ReplyOutcome.Answered)
            {
                await JsonAnswer.Write(context, reply, static (json, reply) => reply.Answers[0].WriteTo(json));
            }
            else if (outcome == ReplyOutcome.Moved)
            {
                await ScoreRouted(context, reply.TakeMoved()[0], isRateTaken: true);
            }
            else
            {
                await ReplyProblems.Of(outcome).Write(context);
            }
        }
        finally
        {
            reply.Release();
        }
    }

    private async Task Refused(HttpContext context, Payment payment, Admission admission)
    {
        if (admission.Outcome == AdmissionOutcome.Moved)
        {
            // Its shard closed since it was looked at.
            payment.Reply = null;
            await ScoreRouted(context, payment, isRateTaken: false);
            return;
        }

        gate.Return(payment);
        await Problem.Of(admission).Write(context);
    }

    /// <summary>Another node's, or nobody's at the moment.</summary>
    private async Task ScoreRouted(HttpContext context, Payment payment, bool isRateTaken)
    {
        RoutedMark.Set(context);
        var isCallersDeadline = payment.Deadline != 0;
        if (!isRateTaken)
        {
            var isWithinRate = gate.TryTakeRate(ClientKey.Of(context), 1, out var retryAfter, out var rate);
            rates.Write(context, rate);
            if (!isWithinRate)
            {
                gate.Return(payment);
                await Problem.Of(new Admission(AdmissionOutcome.RateLimited, retryAfter)).Write(context);
                return;
            }
        }

        var routed = (await router.Score([payment], context.RequestAborted))[0];
        var headers = context.Response.Headers;
        headers[RoutingHeaders.Node] = routed.Answer.Node ?? router.Self.Name;
        if (routed.Answer.Node is not null)
        {
            headers[RoutingHeaders.ForwardedBy] = router.Self.Name;
        }

        if (routed.Outcome == RouteOutcome.Scored)
        {
            await JsonAnswer.Write(context, routed, static (json, routed) => routed.Answer.WriteTo(json));
        }
        else
        {
            await RouteProblems.Of(routed.Outcome, isCallersDeadline).Write(context);
        }
    }

    private Problem? Parse(RequestBody body, Payment payment)
    {
        try
        {
            return reader.TryRead(body.Bytes, payment.Transaction, out var error)
                ? ModelInputs.Check(payment.Transaction, models)
                : Problem.Of(error);
        }
        finally
        {
            body.Release();
        }
    }
}
