using Fraud.Http.Inference.Grpc.Protocol;
using Fraud.Http.RateLimits;
using Fraud.Http.Scoring;
using Grpc.Core;

namespace Fraud.Http.Inference.Grpc;

/// <summary>The Open Inference Protocol over gRPC: messages in and out of what REST asks too.</summary>
internal sealed class InferenceService(
    InferenceRunner runner, InferRequestReader reader, ModelCatalog catalog, ModelRepository models, TimeProvider time)
    : GRPCInferenceService.GRPCInferenceServiceBase
{
    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerLiveResponse { Live = true });

    public override Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerReadyResponse { Ready = catalog.IsReady });

    public override Task<ServerMetadataResponse> ServerMetadata(ServerMetadataRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerMetadataResponse
        {
            Name = ModelCatalog.Server.Name,
            Version = ModelCatalog.Server.Version,
            Extensions = { ModelCatalog.Server.Extensions },
        });

    // What is there and not loaded is known, and not ready.
    public override Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context) =>
        catalog.Find(request.Name, Given(request.Version)) switch
        {
            null => Task.FromResult(new ModelReadyResponse { Ready = catalog.IsReady }),
            var problem when ReferenceEquals(problem, InferenceProblems.NotLoaded) => Task.FromResult(new ModelReadyResponse { Ready = false }),
            var problem => throw GrpcStatus.Of(problem),
        };

    public override Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context)
    {
        if (!catalog.TryDescribe(request.Name, Given(request.Version), out var model, out var problem))
        {
            throw GrpcStatus.Of(problem);
        }

        return Task.FromResult(new ModelMetadataResponse
        {
            Name = model.Name,
            Versions = { model.Versions },
            Platform = model.Platform,
            Inputs = { model.Inputs.Select(Of) },
            Outputs = { model.Outputs.Select(Of) },
        });
    }

    public override async Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context)
    {
        var patience = PatienceOf(context);
        if (patience <= TimeSpan.Zero)
        {
            throw GrpcStatus.Of(InferenceProblems.Late);
        }

        if (!runner.TryBegin(request.ModelName, Given(request.ModelVersion), patience, out var call, out var problem))
        {
            throw GrpcStatus.Of(problem);
        }

        try
        {
            problem = reader.Read(request, call)
                ?? await runner.Run(call, ClientKey.Of(context.GetHttpContext()), context.CancellationToken);
            return problem is null ? InferResponse.Of(call) : throw GrpcStatus.Of(problem);
        }
        finally
        {
            call.Release();
        }
    }

    public override Task<ModelStatisticsResponse> ModelStatistics(ModelStatisticsRequest request, ServerCallContext context) =>
        catalog.TryCount(Given(request.Name), Given(request.Version), out var totals, out var problem)
            ? Task.FromResult(StatisticsResponse.Of(totals))
            : throw GrpcStatus.Of(problem);

    public override async Task<RepositoryIndexResponse> RepositoryIndex(RepositoryIndexRequest request, ServerCallContext context)
    {
        CheckRepository(request.RepositoryName);
        var entries = await catalog.Index(request.Ready, context.CancellationToken);
        return new RepositoryIndexResponse
        {
            Models =
            {
                entries.Select(static entry => new RepositoryIndexResponse.Types.ModelIndex
                {
                    Name = entry.Name, Version = entry.Version, State = entry.State, Reason = entry.Reason,
                }),
            },
        };
    }

    public override async Task<RepositoryModelLoadResponse> RepositoryModelLoad(RepositoryModelLoadRequest request, ServerCallContext context)
    {
        CheckRepository(request.RepositoryName);
        return await models.Load(request.ModelName, VersionIn(request.Parameters), context.CancellationToken) is { } problem
            ? throw GrpcStatus.Of(problem)
            : new RepositoryModelLoadResponse();
    }

    public override async Task<RepositoryModelUnloadResponse> RepositoryModelUnload(RepositoryModelUnloadRequest request, ServerCallContext context)
    {
        CheckRepository(request.RepositoryName);
        return await models.Unload(request.ModelName, VersionIn(request.Parameters), context.CancellationToken) is { } problem
            ? throw GrpcStatus.Of(problem)
            : new RepositoryModelUnloadResponse();
    }

    private TimeSpan? PatienceOf(ServerCallContext context) =>
        context.Deadline == DateTime.MaxValue ? null : context.Deadline - time.GetUtcNow().UtcDateTime;

    // Protobuf knows no missing texts.
    private static string? Given(string text) => text.Length > 0 ? text : null;

    private static void CheckRepository(string name)
    {
        if (name.Length > 0)
        {
            throw GrpcStatus.Of(InferenceProblems.Wrong("repository_name", "none: there is one repository"));
        }
    }

    private static string? VersionIn(IDictionary<string, ModelRepositoryParameter> parameters)
    {
        if (parameters.Keys.Any(InferenceRules.IsConfiguration))
        {
            throw GrpcStatus.Of(InferenceRules.NoConfiguration);
        }

        return !parameters.TryGetValue("version", out var version) ? null
            : version.HasStringParam ? version.StringParam
            : throw GrpcStatus.Of(InferenceProblems.Wrong("parameters.version", "a string"));
    }

    private static ModelMetadataResponse.Types.TensorMetadata Of(TensorMetadata tensor) =>
        new() { Name = tensor.Name, Datatype = tensor.Datatype, Shape = { tensor.Shape } };
}
