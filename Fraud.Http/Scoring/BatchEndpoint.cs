using System.Runtime.InteropServices;
using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Http.Deadlines;
using Fraud.Http.Idempotency;
using Fraud.Http.Problems;
using Fraud.Http.RateLimits;
using Fraud.Http.Routing;
using Fraud.Http.Security;
using Fraud.Http.Telemetry;
using Fraud.Model.Decoding;
using Fraud.Stream.Overload;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Scoring;

/// <summary>
/// <c>POST /predict/batch</c>: an array of payments, or an object with "transactions" and "batch_id". Wrong
/// items are reported one by one; the good ones are admitted together or not at all, unless other nodes serve some.
/// </summary>
internal sealed class BatchEndpoint(
    AdmissionGate gate,
    ReplyPool replies,
    BatchReader items,
    TransactionLimits limits,
    PaymentRouter router,
    RateHeaders rates) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/predict/batch", (RequestDelegate)Handle)
            .Needs(Access.Score).Limited(RateClass.Payments).TakesIdempotencyKey().MeasuresWaits().WithName("predictBatch").Describe(BatchDescriptions.Batch);

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

        var batch = new BatchRequest { Deadline = replies.DeadlineIn(timeout) };
        var started = replies.Time.GetTimestamp();
        if (await Read(context, batch) is { } problem)
        {
            ReturnAll(batch);
            await problem.Write(context);
            return;
        }

        context.Response.Headers[RoutingHeaders.Node] = router.Self.Name;
        if (batch.Payments.Count == 0)
        {
            // Every item was wrong: the answer says so for each.
            await JsonAnswer.Write(context, new BatchAnswer(batch), BatchAnswer.Write);
            return;
        }

        var isHere = true;
        var keyed = KeyedRequest.Of(context);
        for (var i = 0; i < batch.Payments.Count; i++)
        {
            var payment = batch.Payments[i];
            payment.Deadline = batch.Deadline;
            payment.IsExplanationWanted = explain;
            keyed?.GiveId(payment.Transaction, batch.Indices[i]);
            gate.Prepare(payment);
            isHere &= router.IsHere(payment);
        }

        if (!isHere || !await TryScoreHere(context, batch, started))
        {
            await ScoreRouted(context, batch, started);
        }
    }

    /// <returns>False when a shard closed since it was looked at, and nothing was done.</returns>
    private async Task<bool> TryScoreHere(HttpContext context, BatchRequest batch, long started)
    {
        var reply = replies.Rent(batch.Payments.Count, batch.Deadline);
        // Tells later which of them were answered, if not all were.
        Array.Clear(reply.Answers, 0, batch.Payments.Count);
        for (var i = 0; i < batch.Payments.Count; i++)
        {
            batch.Payments[i].Reply = reply;
            batch.Payments[i].ReplyIndex = i;
        }

        var admission = gate.TryAdmit(ClientKey.Of(context), CollectionsMarshal.AsSpan(batch.Payments), out var rate);
        rates.Write(context, rate);
        if (!admission.IsAdmitted)
        {
            replies.Return(reply);
            if (admission.Outcome == AdmissionOutcome.Moved)
            {
                batch.Payments.ForEach(static payment => payment.Reply = null);
                return false;
            }

            ReturnAll(batch);
            await Problem.Of(admission).Write(context);
            return true;
        }

        replies.Watch(reply);
        try
        {
            var outcome = await reply.Outcome;
            if (outcome == ReplyOutcome.Moved)
            {
                RoutedMark.Set(context);
                outcome = await router.ScoreMoved(reply, context.RequestAborted);
            }

            // One that is not finished, such as a repeat whose first one is still on its way, fails alone, and so does one that is poison.
            var isPartly = outcome is ReplyOutcome.Failed or ReplyOutcome.Poisoned && IsAnyTold(batch, reply);
            if (isPartly)
            {
                // Those may be asked again, with the same key too.
                KeyedRequest.Of(context)?.LeaveOpen();
            }

            if (isPartly || outcome == ReplyOutcome.Answered)
            {
                var answer = new BatchAnswer(batch) { Reply = reply, Elapsed = replies.Time.GetElapsedTime(started) };
                await JsonAnswer.Write(context, answer, BatchAnswer.Write);
            }
            else
            {
                await ReplyProblems.Of(outcome).Write(context);
            }

            return true;
        }
        finally
        {
            reply.Release();
        }
    }

    /// <summary>Some belong to other nodes: each item has a fate of its own.</summary>
    private async Task ScoreRouted(HttpContext context, BatchRequest batch, long started)
    {
        RoutedMark.Set(context);
        var isWithinRate = gate.TryTakeRate(ClientKey.Of(context), batch.Payments.Count, out var retryAfter, out var rate);
        rates.Write(context, rate);
        if (!isWithinRate)
        {
            ReturnAll(batch);
            await Problem.Of(new Admission(AdmissionOutcome.RateLimited, retryAfter)).Write(context);
            return;
        }

        var routed = await router.Score(batch.Payments, context.RequestAborted);
        if (batch.Errors.Count == 0 && Array.TrueForAll(routed, static payment => payment.Outcome != RouteOutcome.Scored))
        {
            // Nothing to tell but when to come back.
            await RouteProblems.Of(routed[0].Outcome, batch.Deadline != 0).Write(context);
            return;
        }

        if (Array.Exists(routed, static payment => payment.Outcome is not (RouteOutcome.Scored or RouteOutcome.WrongInput)))
        {
            // Those may be asked again, with the same key too.
            KeyedRequest.Of(context)?.LeaveOpen();
        }

        var answer = new BatchAnswer(batch) { Routed = routed, Elapsed = replies.Time.GetElapsedTime(started) };
        await JsonAnswer.Write(context, answer, BatchAnswer.Write);
    }

    private static bool IsAnyTold(BatchRequest batch, PendingReply reply)
    {
        foreach (ref readonly var answer in reply.Answers.AsSpan(0, batch.Payments.Count))
        {
            if (answer.ScoredBy is not null)
            {
                return true;
            }
        }

        return batch.Errors.Count > 0;
    }

    private async ValueTask<Problem?> Read(HttpContext context, BatchRequest batch)
    {
        var body = await RequestBody.Read(context, limits.MaxBodyBytes);
        if (body.IsTooLarge)
        {
            return ContentTypes.TooLarge(limits.MaxBodyBytes);
        }

        try
        {
            return items.Read(body.Bytes, batch);
        }
        catch (JsonException)
        {
            return new Problem(400, "Bad Request", "body: expected an array of payments, or an object with \"transactions\"")
            {
                Field = "body",
                Expected = "an array of payments, or an object with \"transactions\"",
            };
        }
        finally
        {
            body.Release();
        }
    }

    private void ReturnAll(BatchRequest batch)
    {
        foreach (var payment in batch.Payments)
        {
            gate.Return(payment);
        }
    }
}
