using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Inference.Grpc;

/// <summary>Every call ends in a status of ours: a caller who left, a deadline that passed, and mistakes of this service without their details.</summary>
internal sealed partial class GrpcFailures(TimeProvider time, ILogger<GrpcFailures> log) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw time.GetUtcNow().UtcDateTime >= context.Deadline
                ? GrpcStatus.Of(InferenceProblems.Late)
                : new RpcException(new Status(StatusCode.Cancelled, "The caller left."));
        }
        catch (Exception error) when (error is not RpcException)
        {
            Failed(log, context.Method, context.GetHttpContext().TraceIdentifier, error);
            throw new RpcException(new Status(StatusCode.Internal, "The call failed; the log says why."));
        }
    }

    [LoggerMessage(2_110, LogLevel.Error, "{Method} failed; request {Request}")]
    private static partial void Failed(ILogger log, string method, string request, Exception error);
}
