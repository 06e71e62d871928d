using System.Net;
using System.Net.Http.Headers;
using Fraud.Http.Inference;
using Fraud.Http.Inference.Grpc;
using Fraud.Http.Inference.Grpc.Protocol;
using Fraud.Stream.Scoring;
using Fraud.Tests.Support;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Inference.Grpc;

/// <summary>Deadlines, callers that leave, a full lane, a rate used up, and mistakes of the service.</summary>
public sealed class GrpcLimitTests : IAsyncLifetime, IDisposable
{
    private readonly HeldThreads _time = new();
    private readonly GrpcServer _server;

    public GrpcLimitTests() => _server = new GrpcServer(
        new Dictionary<string, string?>
        {
            ["Inference:QueueCapacity"] = "3",
            // No call ends by itself.
            ["Inference:Deadline"] = "00:01:00",
            ["Overload:RatePerSecond"] = "1",
            ["Overload:Burst"] = "1000",
        },
        services =>
        {
            services.AddSingleton<TimeProvider>(_time);
            services.AddOptions<GrpcServiceOptions<InferenceService>>().Configure(static options => options.Interceptors.Add<Breaker>());
        });

    public Task InitializeAsync() => _server.InitializeAsync();

    public async Task DisposeAsync()
    {
        _time.Release();
        await _server.DisposeAsync();
    }

    public void Dispose() => _time.Dispose();

    [Fact]
    public async Task ModelInfer_DeadlinePassesWhileItWaits_IsDeadlineExceededAndNotScored()
    {
        var first = await HoldTheThread();

        // By hand: a client of gRPC would give up by itself, whatever the server does.
        Assert.Equal(StatusCode.DeadlineExceeded, await Post("100m"));

        await AssertFirstAndLastAreAllThatIsScored(first);
    }

    [Fact]
    public async Task ModelInfer_DeadlinePassedAlready_IsDeadlineExceededAndNotScored()
    {
        Assert.Equal(StatusCode.DeadlineExceeded, await Post("1u"));

        // The next call is behind it.
        await _server.Client.ModelInferAsync(GrpcServer.Raw(2));
        Assert.Equal((1L, 2L), (Counted.Calls, Counted.Rows));
    }

    [Fact]
    public async Task ModelInfer_CallerLeavesWhileItWaits_IsNotScored()
    {
        var first = await HoldTheThread();
        using var caller = new CancellationTokenSource();
        var second = _server.Client.ModelInferAsync(GrpcServer.Raw(1), cancellationToken: caller.Token);
        await Poll.Until(() => Lane.InFlight == 2);

        await caller.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(async () => await second)).StatusCode);
        await Poll.Until(() => GivenUp.Count == 1);
        Assert.InRange(GivenUp.Nanoseconds, 0, 30_000_000_000);
        await AssertFirstAndLastAreAllThatIsScored(first);
    }

    [Fact]
    public async Task ModelInfer_LaneFull_IsUnavailableAndSaysWhenToComeBack()
    {
        var taken = Enumerable.Range(0, 3).Select(_ => Lane.TryEnter()!).ToList();

        var error = await Assert.ThrowsAsync<RpcException>(async () => await _server.Client.ModelInferAsync(GrpcServer.Typed(1)));

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Equal("1000", error.Trailers.GetValue("grpc-retry-pushback-ms"));
        taken.ForEach(static call => call.Release());
        await _server.Client.ModelInferAsync(GrpcServer.Typed(1));
    }

    [Fact]
    public async Task ModelInfer_RateUsedUp_IsResourceExhausted()
    {
        var request = GrpcServer.Typed(1);
        request.Inputs[0].Shape[0] = 600;
        request.Inputs[0].Contents.Fp32Contents.Clear();
        request.Inputs[0].Contents.Fp32Contents.AddRange(new float[600 * InferenceClient.Features]);
        await _server.Client.ModelInferAsync(request);

        var error = await Assert.ThrowsAsync<RpcException>(async () => await _server.Client.ModelInferAsync(request));

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.NotNull(error.Trailers.GetValue("grpc-retry-pushback-ms"));
        Assert.Equal(600, Counted.Rows);
    }

    [Fact]
    public async Task ModelInfer_MistakeOfTheService_IsInternalWithoutItsDetails()
    {
        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await _server.Client.ModelInferAsync(GrpcServer.Typed(1), new Metadata { { Breaker.Header, "1" } }));

        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.DoesNotContain("secret", error.Status.Detail, StringComparison.Ordinal);
    }

    private InferenceLane Lane => _server.Server.Services.GetRequiredService<InferenceLane>();

    private Fraud.Http.Inference.ModelStatistics.Totals Counted
    {
        get
        {
            var services = _server.Server.Services;
            return services.GetRequiredService<ModelRepository>().StatisticsOf(services.GetRequiredService<ModelHolder>().Current).Read();
        }
    }

    private async Task AssertFirstAndLastAreAllThatIsScored(AsyncUnaryCall<ModelInferResponse> first)
    {
        _time.Release();
        await first;
        // Behind the one that was given up, so that one had its turn.
        await _server.Client.ModelInferAsync(GrpcServer.Raw(2));
        Assert.Equal((2L, 3L), (Counted.Calls, Counted.Rows));
    }

    private Fraud.Http.Inference.ModelStatistics.Duration GivenUp => Counted.Phases[(int)Fraud.Http.Inference.ModelStatistics.Phase.Fail];

    /// <summary>A call that is being scored until the thread is released.</summary>
    private async Task<AsyncUnaryCall<ModelInferResponse>> HoldTheThread()
    {
        _time.Hold();
        var call = _server.Client.ModelInferAsync(GrpcServer.Raw(1));
        await _time.Held;
        return call;
    }

    /// <summary>The status of a call with that time to live, as the server says it.</summary>
    private async Task<StatusCode> Post(string timeout)
    {
        var message = GrpcServer.Raw(1).ToByteArray();
        var body = new byte[5 + message.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), message.Length);
        message.CopyTo(body, 5);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(GrpcServer.AddressOf(_server.Server), "/inference.GRPCInferenceService/ModelInfer"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.Add("grpc-timeout", timeout);
        request.Headers.Add("te", "trailers");
        using var response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        var headers = response.TrailingHeaders.Contains("grpc-status") ? response.TrailingHeaders : response.Headers;
        return (StatusCode)int.Parse(headers.GetValues("grpc-status").Single(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Fails where it is told to, as a mistake of ours would.</summary>
    private sealed class Breaker : Interceptor
    {
        public const string Header = "x-break";

        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            context.RequestHeaders.Get(Header) is null ? continuation(request, context) : throw new InvalidOperationException("a secret");
    }

    /// <summary>The machine's time, which the lane's threads wait for while they are held: just after they scored.</summary>
    private sealed class HeldThreads : TimeProvider, IDisposable
    {
        private readonly ManualResetEventSlim _open = new(initialState: true);
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when a thread waits.</summary>
        public Task Held => _held.Task;

        public void Hold() => _open.Reset();

        public void Release() => _open.Set();

        public override DateTimeOffset GetUtcNow()
        {
            if (!_open.IsSet && Thread.CurrentThread.Name?.StartsWith("inference-", StringComparison.Ordinal) == true)
            {
                _held.TrySetResult();
                _open.Wait();
            }

            return base.GetUtcNow();
        }

        public void Dispose() => _open.Dispose();
    }
}
