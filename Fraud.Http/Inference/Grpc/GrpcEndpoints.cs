using Fraud.Http.Inference.Grpc.Protocol;
using Fraud.Http.RateLimits;
using Fraud.Http.Security;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Inference.Grpc;

/// <summary>What there is over gRPC, and who may use it: those who may use the same over REST.</summary>
internal sealed class GrpcEndpoints : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes)
    {
        // What reflection tells of has no place in the OpenAPI document.
        routes.MapGrpcService<InferenceService>().ExcludeFromDescription().Add(static endpoint =>
        {
            var method = endpoint.Metadata.OfType<GrpcMethodMetadata>().Single().Method.Name;
            var access = AccessOf(method);
            endpoint.Metadata.Add(new AccessRule(access));
            // All of them are sent by POST.
            endpoint.Metadata.Add(new RateRule(
                method == nameof(GRPCInferenceService.GRPCInferenceServiceBase.ModelInfer) ? RateClass.Payments
                : access switch { Access.Open => RateClass.Probes, Access.Admin => RateClass.Changes, _ => RateClass.Reads }));
        });
        // As GET /health/ready, and as the document.
        routes.MapGrpcHealthChecksService().Needs(Access.Open).Limited(RateClass.Probes).ExcludeFromDescription();
        routes.MapGrpcReflectionService().Needs(Access.Open).ExcludeFromDescription();
    }

    /// <exception cref="InvalidOperationException">At start: a method was added and this was not told of it.</exception>
    private static Access AccessOf(string method) => method switch
    {
        nameof(GRPCInferenceService.GRPCInferenceServiceBase.ServerLive) => Access.Open,
        nameof(GRPCInferenceService.GRPCInferenceServiceBase.ServerReady) => Access.Open,
        nameof(GRPCInferenceService.GRPCInferenceServiceBase.ServerMetadata) => Access.Open,
        nameof(GRPCInferenceService.GRPCInferenceServiceBase.ModelReady) => Access.Score,
        nameof(GRPCInferenceService.GRPCInferenceServiceBase.ModelMetadata) => Access.Score,
        nameof(GRPCInferenceService.GRPCInferenceServiceBase.ModelInfer) => Access.Score,
        nameof(GRPCInferenceService.GRPCInferenceServiceBase.ModelStatistics) => Access.Score,
        nameof(GRPCInferenceService.GRPCInferenceServiceBase.RepositoryIndex) => Access.Score,
        nameof(GRPCInferenceService.GRPCInferenceServiceBase.RepositoryModelLoad) => Access.Admin,
        nameof(GRPCInferenceService.GRPCInferenceServiceBase.RepositoryModelUnload) => Access.Admin,
        _ => throw new InvalidOperationException($"{method}: nothing says who may use it"),
    };
}
