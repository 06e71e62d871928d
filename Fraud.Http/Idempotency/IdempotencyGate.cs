using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Fraud.Http.Problems;
using Fraud.Http.RateLimits;
using Fraud.Http.Routing;
using Fraud.Http.Scoring;
using Fraud.Model.CardNumbers;
using Fraud.Model.Decoding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fraud.Http.Idempotency;

/// <summary>
/// Carries a request with an Idempotency-Key out once, and answers repeats with what was answered then. Stands
/// behind whatever says who the caller is: keys are each caller's own.
/// </summary>
internal sealed class IdempotencyGate(
    IdempotencyOptions options, TransactionLimits limits, CardNumberGuard cards, KeyedAnswers answers, IdempotencyMetrics metrics)
{
    /// <summary>In an answer that was given before.</summary>
    public const string Replayed = "Idempotent-Replayed";

    public Task Pass(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IdempotencyRule>() is null)
        {
            return next(context);
        }

        if (!context.Request.Headers.TryGetValue(IdempotencyKey.Header, out var header))
        {
            return options.Required ? Refuse(context, IdempotencyProblems.Wrong, "missing") : next(context);
        }

        return IdempotencyKey.TryRead(header, ClientKey.Of(context), cards, out var key)
            ? Pass(context, key!, next)
            : Refuse(context, IdempotencyProblems.Wrong, "malformed");
    }

    private async Task Pass(HttpContext context, IdempotencyKey key, RequestDelegate next)
    {
        var body = await RequestBody.Read(context, limits.MaxBodyBytes);
        if (body.IsTooLarge)
        {
            await ContentTypes.TooLarge(limits.MaxBodyBytes).Write(context);
            return;
        }

        var request = DigestOf(context.Request, body.Bytes);
        body.Rewind();
        switch (answers.Begin(key.Id, request, out var answer))
        {
            case KeyState.Started:
                await CarryOut(context, key, next);
                break;
            case KeyState.Done:
                metrics.Count("replayed");
                context.Response.Headers[Replayed] = "true";
                await Write(context, answer!);
                break;
            case KeyState.InProgress:
                await Refuse(context, IdempotencyProblems.InProgress, "in_progress");
                break;
            case KeyState.OtherRequest:
                await Refuse(context, IdempotencyProblems.OtherRequest, "other_request");
                break;
            default:
                await Refuse(context, IdempotencyProblems.Full, "full");
                break;
        }
    }

    private async Task CarryOut(HttpContext context, IdempotencyKey key, RequestDelegate next)
    {
        var features = context.Features;
        var response = features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var aborted = context.RequestAborted;
        var keyed = new KeyedRequest(key);
        KeyedAnswer? answer = null;
        using var written = new MemoryStream();
        try
        {
            features.Set(keyed);
            var capturing = new StreamResponseBodyFeature(written, response);
            features.Set<IHttpResponseBodyFeature>(capturing);
            // A caller who left will ask again: the answer is made and kept for it.
            context.RequestAborted = CancellationToken.None;
            await next(context);
            await capturing.CompleteAsync();
            answer = new KeyedAnswer(context.Response.ContentType, context.Response.Headers[RoutingHeaders.Node], written.ToArray());
        }
        finally
        {
            context.RequestAborted = aborted;
            features.Set(response);
            features.Set<KeyedRequest>(null);
            // Refusals and mistakes did nothing, so there is nothing to repeat: the key is free for the next try.
            if (answer is not null && context.Response.StatusCode == StatusCodes.Status200OK && !keyed.IsLeftOpen)
            {
                answers.Complete(key.Id, answer);
                metrics.Count("kept");
            }
            else
            {
                answers.Abandon(key.Id);
                metrics.Count("not_kept");
            }
        }

        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private Task Refuse(HttpContext context, Problem problem, string outcome)
    {
        metrics.Count(outcome);
        return problem.Write(context);
    }

    private static Task Write(HttpContext context, KeyedAnswer answer)
    {
        var response = context.Response;
        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.Length;
        if (answer.Node is not null)
        {
            response.Headers[RoutingHeaders.Node] = answer.Node;
        }

        return response.Body.WriteAsync(answer.Body, context.RequestAborted).AsTask();
    }

    private static UInt128 DigestOf(HttpRequest request, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        hash.AppendData(body);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
