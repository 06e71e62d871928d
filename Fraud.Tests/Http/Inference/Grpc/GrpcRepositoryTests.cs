using Fraud.Http.Inference.Grpc.Protocol;
using Grpc.Core;

namespace Fraud.Tests.Http.Inference.Grpc;

/// <summary>The repository and statistics extensions by gRPC.</summary>
public sealed class GrpcRepositoryTests : IAsyncLifetime, IDisposable
{
    private readonly VersionFolder _folder = new();
    private readonly GrpcServer _server;

    public GrpcRepositoryTests() => _server = new GrpcServer(_folder.Settings);

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Load_AVersion_CanBeAskedUntilItIsUnloaded()
    {
        var ready = new ModelReadyRequest { Name = "payments", Version = "7" };
        Assert.False((await _server.Client.ModelReadyAsync(ready)).Ready);
        Assert.Equal(StatusCode.FailedPrecondition, await StatusOf(() => Infer("7")));

        await Load("7");

        Assert.True((await _server.Client.ModelReadyAsync(ready)).Ready);
        Assert.Equal("7", (await Infer("7")).ModelVersion);
        Assert.Equal(["READY", "READY", "UNAVAILABLE", "UNAVAILABLE"], await States(false));
        Assert.Equal(["READY", "READY"], await States(true));

        await _server.Client.RepositoryModelUnloadAsync(new RepositoryModelUnloadRequest { ModelName = "payments", Parameters = { Version("7") } });

        Assert.Equal(StatusCode.FailedPrecondition, await StatusOf(() => Infer("7")));
        Assert.Equal(["READY", "UNAVAILABLE", "UNAVAILABLE", "UNAVAILABLE"], await States(false));
    }

    [Fact]
    public async Task Load_WhatCannotBe_IsRefused()
    {
        Assert.Equal(StatusCode.FailedPrecondition, await StatusOf(() => Load("66")));
        Assert.Equal(StatusCode.NotFound, await StatusOf(() => Load("67")));
        Assert.Equal(StatusCode.InvalidArgument, await StatusOf(async () => await _server.Client.RepositoryModelLoadAsync(
            new RepositoryModelLoadRequest { ModelName = "payments", Parameters = { ["config"] = new ModelRepositoryParameter { StringParam = "{}" } } })));
        Assert.Equal(StatusCode.InvalidArgument, await StatusOf(async () => await _server.Client.RepositoryModelLoadAsync(
            new RepositoryModelLoadRequest { ModelName = "payments", Parameters = { ["version"] = new ModelRepositoryParameter { Int64Param = 7 } } })));
        Assert.Equal(StatusCode.InvalidArgument, await StatusOf(async () => await _server.Client.RepositoryIndexAsync(
            new RepositoryIndexRequest { RepositoryName = "other" })));
        // Payments are scored with it.
        Assert.Equal(StatusCode.FailedPrecondition, await StatusOf(async () => await _server.Client.RepositoryModelUnloadAsync(
            new RepositoryModelUnloadRequest { ModelName = "payments" })));
    }

    [Fact]
    public async Task Statistics_AfterCallsByBothProtocols_CountThemTogether()
    {
        await Infer("");
        await _server.Rest.Post("/v2/models/payments/infer", InferenceClient.Request(3, InferenceClient.GoldenRows(3)));

        var model = Assert.Single((await _server.Client.ModelStatisticsAsync(new ModelStatisticsRequest { Name = "payments", Version = "1" })).ModelStats);

        Assert.Equal((4UL, 2UL), (model.InferenceCount, model.ExecutionCount));
        Assert.Equal(2UL, model.InferenceStats.Success.Count);
        Assert.True(model.InferenceStats.ComputeInfer.Ns > 0);
        Assert.Equal([1UL, 3UL], model.BatchStats.Select(static size => size.BatchSize));
    }

    private static async Task<StatusCode> StatusOf(Func<Task> call) => (await Assert.ThrowsAsync<RpcException>(call)).StatusCode;

    private static Dictionary<string, ModelRepositoryParameter> Version(string version) =>
        new() { ["version"] = new ModelRepositoryParameter { StringParam = version } };

    private async Task<ModelInferResponse> Infer(string version)
    {
        var request = GrpcServer.Typed(1);
        request.ModelVersion = version;
        return await _server.Client.ModelInferAsync(request);
    }

    private async Task Load(string version) => await _server.Client.RepositoryModelLoadAsync(
        new RepositoryModelLoadRequest { ModelName = "payments", Parameters = { Version(version) } });

    private async Task<IEnumerable<string>> States(bool readyOnly) =>
        (await _server.Client.RepositoryIndexAsync(new RepositoryIndexRequest { Ready = readyOnly })).Models.Select(static entry => entry.State);
}
