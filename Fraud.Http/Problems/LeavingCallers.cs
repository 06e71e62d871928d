using Fraud.Http.Edge;
using Fraud.Http.Inference.Grpc;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http.Problems;

/// <summary>
/// Requests whose caller left before the answer: there is no one to tell, no rest of a body to drain and no next request.
/// Neither an answer nor a failure of the service.
/// </summary>
internal static class LeavingCallers
{
    /// <summary>As nginx counts them; no answer carries it.</summary>
    public const int Status = 499;

    /// <summary>What a request ended with, as metrics count it.</summary>
    public static int StatusOf(HttpContext context) =>
        context.Features.Get<Left>() is not null ? Status : GrpcStatus.HttpStatusOf(context) ?? context.Response.StatusCode;

    public static bool HasLeft(HttpContext context, Exception error) =>
        error is CallerLeftException or ConnectionResetException or ConnectionAbortedException
        || (error is OperationCanceledException && context.RequestAborted.IsCancellationRequested);

    public static void LetGo(HttpContext context)
    {
        LastRequest.Mark(context);
        context.Abort();
        context.Features.Set(Left.Mark);
    }

    private sealed class Left
    {
        public static Left Mark { get; } = new();
    }
}
