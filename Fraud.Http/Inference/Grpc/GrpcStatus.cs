using System.Globalization;
using Fraud.Http.Problems;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fraud.Http.Inference.Grpc;

/// <summary>A problem in gRPC's words.</summary>
internal static class GrpcStatus
{
    // Clients with a retry policy wait as long; see gRPC's proposal A6.
    private const string RetryAfter = "grpc-retry-pushback-ms";

    public static RpcException Of(Problem problem)
    {
        var status = new Status(CodeOf(problem), problem.Detail);
        return problem.RetryAfter is { } wait
            ? new RpcException(status, new Metadata { { RetryAfter, ((long)Math.Ceiling(wait.TotalMilliseconds)).ToString(CultureInfo.InvariantCulture) } })
            : new RpcException(status);
    }

    /// <summary>What REST would have answered with; null where something else than gRPC answered.</summary>
    public static int? HttpStatusOf(HttpContext context)
    {
        // Asked of every request: trailers are an object each, and only gRPC has them.
        if (context.Response.ContentType is not "application/grpc")
        {
            return null;
        }

        // Without an answer the status is in the headers, behind one in the trailers.
        var text = context.Response.Headers.GrpcStatus;
        text = text.Count > 0 ? text : context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers.GrpcStatus ?? default;
        return !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? null : (StatusCode)code switch
        {
            StatusCode.OK => 200,
            StatusCode.InvalidArgument => 400,
            StatusCode.NotFound => 404,
            StatusCode.FailedPrecondition => 409,
            StatusCode.ResourceExhausted => 429,
            StatusCode.Cancelled => 499,
            StatusCode.Unimplemented => 501,
            StatusCode.Unavailable => 503,
            StatusCode.DeadlineExceeded => 504,
            _ => 500,
        };
    }

    private static StatusCode CodeOf(Problem problem) => problem.Status switch
    {
        _ when ReferenceEquals(problem, InferenceProblems.Late) => StatusCode.DeadlineExceeded,
        400 => StatusCode.InvalidArgument,
        404 => StatusCode.NotFound,
        409 or 422 => StatusCode.FailedPrecondition,
        429 => StatusCode.ResourceExhausted,
        503 => StatusCode.Unavailable,
        _ => StatusCode.Internal,
    };
}
