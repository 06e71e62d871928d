using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.Routing;
using Fraud.Http.Security;
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
    ModelHolder models,
    PaymentRouter router) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/predict", (RequestDelegate)Handle).Needs(Access.Score).Describe(PredictDescriptions.Predict);

    public async Task Handle(HttpContext context)
    {
        if (!ContentTypes.IsJson(context.Request))
        {
            await ContentTypes.Unsupported.Write(context);
            return;
        }

        var payment = gate.Rent();
        var problem = await Read(context, payment);
        if (problem is not null)
        {
            gate.Return(payment);
            await problem.Write(context);
            return;
        }

        gate.Prepare(payment);
        if (!router.IsHere(payment))
        {
            await ScoreRouted(context, payment);
            return;
        }

        context.Response.Headers[RoutingHeaders.Node] = router.Self.Name;
        var reply = replies.Rent(1);
        payment.Reply = reply;
        var admission = gate.TryAdmit(ClientKey.Of(context), new ReadOnlySpan<Payment>(ref payment));
        if (!admission.IsAdmitted)
        {
            gate.Return(payment);
            replies.Return(reply);
            await Problem.Of(admission).Write(context);
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

    /// <summary>Another node's, or nobody's at the moment.</summary>
    private async Task ScoreRouted(HttpContext context, Payment payment)
    {
        if (!gate.TryTakeRate(ClientKey.Of(context), 1, out var retryAfter))
        {
            gate.Return(payment);
            await Problem.Of(new Admission(AdmissionOutcome.RateLimited, retryAfter)).Write(context);
            return;
        }

        var routed = (await router.Score([payment], context.RequestAborted))[0];
        var headers = context.Response.Headers;
        headers[RoutingHeaders.Node] = routed.Node ?? router.Self.Name;
        if (routed.Node is not null)
        {
            headers[RoutingHeaders.ForwardedBy] = router.Self.Name;
        }

        if (routed.Outcome == RouteOutcome.Scored)
        {
            await JsonAnswer.Write(context, routed, static (json, routed) => routed.Answer.WriteTo(json));
        }
        else
        {
            await RouteProblems.Of(routed.Outcome).Write(context);
        }
    }

    private async ValueTask<Problem?> Read(HttpContext context, Payment payment)
    {
        var body = await RequestBody.Read(context, limits.MaxBodyBytes);
        if (body.IsTooLarge)
        {
            return ContentTypes.TooLarge(limits.MaxBodyBytes);
        }

        try
        {
            return reader.TryRead(body.Bytes, payment.Transaction, out var error)
                ? ModelInputs.Check(payment.Transaction, models.Current.Model.Manifest)
                : Problem.Of(error);
        }
        finally
        {
            body.Release();
        }
    }
}
