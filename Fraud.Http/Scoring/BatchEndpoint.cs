using System.Runtime.InteropServices;
using System.Text.Json;
using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.Routing;
using Fraud.Http.Security;
using Fraud.Model.Decoding;
using Fraud.Stream.Overload;
using Fraud.Stream.Scoring;
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
    TransactionReader reader,
    TransactionLimits limits,
    HttpOptions options,
    ModelHolder models,
    PaymentRouter router) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/predict/batch", (RequestDelegate)Handle).Needs(Access.Score).Describe(BatchDescriptions.Batch);

    public async Task Handle(HttpContext context)
    {
        if (!ContentTypes.IsJson(context.Request))
        {
            await ContentTypes.Unsupported.Write(context);
            return;
        }

        var batch = new BatchRequest();
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
        foreach (var payment in batch.Payments)
        {
            gate.Prepare(payment);
            isHere &= router.IsHere(payment);
        }

        await (isHere ? ScoreHere(context, batch, started) : ScoreRouted(context, batch, started));
    }

    private async Task ScoreHere(HttpContext context, BatchRequest batch, long started)
    {
        var reply = replies.Rent(batch.Payments.Count);
        for (var i = 0; i < batch.Payments.Count; i++)
        {
            batch.Payments[i].Reply = reply;
            batch.Payments[i].ReplyIndex = i;
        }

        var admission = gate.TryAdmit(ClientKey.Of(context), CollectionsMarshal.AsSpan(batch.Payments));
        if (!admission.IsAdmitted)
        {
            ReturnAll(batch);
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
                var answer = new BatchAnswer(batch) { Reply = reply, Elapsed = replies.Time.GetElapsedTime(started) };
                await JsonAnswer.Write(context, answer, BatchAnswer.Write);
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

    /// <summary>Some belong to other nodes: each item has a fate of its own.</summary>
    private async Task ScoreRouted(HttpContext context, BatchRequest batch, long started)
    {
        if (!gate.TryTakeRate(ClientKey.Of(context), batch.Payments.Count, out var retryAfter))
        {
            ReturnAll(batch);
            await Problem.Of(new Admission(AdmissionOutcome.RateLimited, retryAfter)).Write(context);
            return;
        }

        var routed = await router.Score(batch.Payments, context.RequestAborted);
        if (batch.Errors.Count == 0 && Array.TrueForAll(routed, static payment => payment.Outcome != RouteOutcome.Scored))
        {
            // Nothing to tell but when to come back.
            await RouteProblems.Of(routed[0].Outcome).Write(context);
            return;
        }

        var answer = new BatchAnswer(batch) { Routed = routed, Elapsed = replies.Time.GetElapsedTime(started) };
        await JsonAnswer.Write(context, answer, BatchAnswer.Write);
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
            return Parse(body.Bytes, batch);
        }
        catch (JsonException)
        {
            return new Problem(400, "The body is not valid JSON", "body: expected an array of payments, or an object with \"transactions\"")
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

    private Problem? Parse(ReadOnlySpan<byte> json, BatchRequest batch)
    {
        var parser = new Utf8JsonReader(json, reader.JsonOptions);
        parser.Read();
        Problem? problem = null;
        if (parser.TokenType == JsonTokenType.StartArray)
        {
            problem = ReadItems(ref parser, batch);
        }
        else if (parser.TokenType == JsonTokenType.StartObject)
        {
            var found = false;
            while (problem is null && parser.Read() && parser.TokenType == JsonTokenType.PropertyName)
            {
                if (parser.ValueTextEquals("transactions"u8))
                {
                    parser.Read();
                    if (found || parser.TokenType != JsonTokenType.StartArray)
                    {
                        return Wrong("transactions", "one array of payments");
                    }

                    found = true;
                    problem = ReadItems(ref parser, batch);
                }
                else if (parser.ValueTextEquals("batch_id"u8))
                {
                    parser.Read();
                    if (!FieldReaders.TryReadId(ref parser, limits.MaxIdLength, ref batch.Id))
                    {
                        return Wrong("batch_id", $"a non-empty string of at most {limits.MaxIdLength} bytes");
                    }
                }
                else
                {
                    parser.Read();
                    parser.Skip();
                }
            }

            if (problem is null && !found)
            {
                return Wrong("transactions", "an array of payments");
            }
        }
        else
        {
            return Wrong("body", "an array of payments, or an object with \"transactions\"");
        }

        if (problem is not null)
        {
            return problem;
        }

        // Whatever follows makes the body no JSON.
        while (parser.Read())
        {
        }

        return batch.Count == 0 ? Wrong("transactions", $"1 to {options.MaxBatch} payments") : null;
    }

    private Problem? ReadItems(ref Utf8JsonReader parser, BatchRequest batch)
    {
        while (parser.Read() && parser.TokenType != JsonTokenType.EndArray)
        {
            if (batch.Count == options.MaxBatch)
            {
                return Wrong("transactions", $"1 to {options.MaxBatch} payments");
            }

            if (parser.TokenType != JsonTokenType.StartObject)
            {
                parser.Skip();
                batch.Fail(DecodeErrorOf("body", "a payment as a JSON object"));
                continue;
            }

            var payment = gate.Rent();
            if (!reader.TryRead(ref parser, payment.Transaction, out var error))
            {
                gate.Return(payment);
                batch.Fail(error);
            }
            else if (ModelInputs.Check(payment.Transaction, models.Current.Model.Manifest) is { } mismatch)
            {
                gate.Return(payment);
                batch.Fail(DecodeErrorOf(mismatch.Field!, mismatch.Expected!));
            }
            else
            {
                batch.Add(payment);
            }
        }

        return null;
    }

    private void ReturnAll(BatchRequest batch)
    {
        foreach (var payment in batch.Payments)
        {
            gate.Return(payment);
        }
    }

    private static DecodeError DecodeErrorOf(string field, string expected) => new("invalid_field", field, expected);

    private static Problem Wrong(string field, string expected) => new(400, "A field is wrong", $"{field}: expected {expected}")
    {
        Field = field,
        Expected = expected,
    };
}
