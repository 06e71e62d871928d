using Fraud.Stream.Lifecycle;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using HealthClient = Grpc.Health.V1.Health.HealthClient;
using Serving = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Fraud.Tests.Http.Inference.Grpc;

/// <summary>gRPC's own health service says what the service's checks say.</summary>
public sealed class GrpcHealthTests : IAsyncLifetime
{
    private const string Inference = "inference.GRPCInferenceService";

    private readonly SwitchedCheck _check = new();
    private readonly GrpcServer _server;

    // Nothing but the switch: the others become ready in their own time.
    public GrpcHealthTests() => _server = new GrpcServer([], services => services.PostConfigure<HealthCheckServiceOptions>(checks =>
    {
        foreach (var other in checks.Registrations.Where(static check => check.Tags.Contains(HealthTags.Ready)).ToList())
        {
            checks.Registrations.Remove(other);
        }

        checks.Registrations.Add(new HealthCheckRegistration("switch", _check, HealthStatus.Unhealthy, [HealthTags.Ready]));
    }));

    private HealthClient Client => new(_server.Channel);

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Check_AsChecksSay_ServesOrNot()
    {
        Assert.Equal(Serving.Serving, await Check(""));
        _check.IsOn = false;
        Assert.Equal(Serving.NotServing, await Check(""));
        // Models are asked without the graph.
        Assert.Equal(Serving.Serving, await Check(Inference));
    }

    [Fact]
    public async Task Check_UnknownService_IsNotFound() =>
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => Check("other"))).StatusCode);

    [Fact]
    public async Task Watch_CheckTurns_IsTold()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var call = Client.Watch(new HealthCheckRequest(), cancellationToken: deadline.Token);

        Assert.Equal(Serving.Serving, await Next(call, Serving.Serving));
        _check.IsOn = false;
        Assert.Equal(Serving.NotServing, await Next(call, Serving.NotServing));
        _check.IsOn = true;
        Assert.Equal(Serving.Serving, await Next(call, Serving.Serving));
    }

    private static async Task<Serving> Next(AsyncServerStreamingCall<HealthCheckResponse> call, Serving wanted)
    {
        do
        {
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        }
        while (call.ResponseStream.Current.Status != wanted);

        return wanted;
    }

    private async Task<Serving> Check(string service) => (await Client.CheckAsync(new HealthCheckRequest { Service = service })).Status;

    private sealed class SwitchedCheck : IHealthCheck
    {
        public bool IsOn { get; set; } = true;

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(IsOn ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }
}
