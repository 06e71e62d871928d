using Fraud.Model.Decoding;
using Fraud.Stream.Lifecycle;
using Grpc.AspNetCore.HealthChecks;
using Grpc.AspNetCore.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Fraud.Http.Inference.Grpc;

/// <summary>Registers the protocol over gRPC, gRPC's own health service, and reflection.</summary>
internal static class GrpcExtensions
{
    // How soon a watcher hears of a change. The checks read memory, and ask the store for one row.
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromSeconds(1);

    public static IServiceCollection AddInferenceGrpc(this IServiceCollection services)
    {
        services.AddSingleton<InferRequestReader>();
        services.AddSingleton<InferenceService>();
        services.AddSingleton<GrpcFailures>();
        services.AddSingleton<IEndpoints, GrpcEndpoints>();
        services.AddGrpc();
        services.AddGrpcReflection();
        services.AddOptions<GrpcServiceOptions>().Configure<TransactionLimits>(Limit);
        services.AddOptions<GrpcServiceOptions<InferenceService>>().Configure(static options => options.Interceptors.Add<GrpcFailures>());

        services.AddGrpcHealthChecks()
            .AddCheck<InferenceCheck>(InferenceCheck.Name);
        services.Configure<GrpcHealthChecksOptions>(static health =>
        {
            health.Services.Clear();
            // Without a name: the service, as GET /health/ready. By its name: whether models can be asked, as ServerReady.
            health.Services.Map("", static check => check.Tags.Contains(HealthTags.Ready));
            health.Services.Map(Protocol.GRPCInferenceService.Descriptor.FullName, static check => check.Name == InferenceCheck.Name);
        });
        services.Configure<HealthCheckPublisherOptions>(static publisher =>
        {
            publisher.Delay = TimeSpan.Zero;
            publisher.Period = BetweenChecks;
        });
        return services;
    }

    private static void Limit(GrpcServiceOptions options, TransactionLimits limits)
    {
        options.MaxReceiveMessageSize = limits.MaxBodyBytes;
        // Inference:MaxRows bounds what is sent.
        options.MaxSendMessageSize = null;
        // As over REST: a small message must not become a large one here.
        options.CompressionProviders.Clear();
        // What is not there is 404 as everywhere, which gRPC's clients read as UNIMPLEMENTED.
        options.IgnoreUnknownServices = true;
    }
}
