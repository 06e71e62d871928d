using System.Runtime.InteropServices;
using Fraud.Http.Inference.Grpc.Protocol;
using Google.Protobuf;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Http.Inference.Grpc;

/// <summary>The whole service with a port for gRPC in clear, and a client made from the protocol's file.</summary>
public sealed class GrpcServer : IAsyncLifetime
{
    private GrpcChannel? _channel;

    public GrpcServer()
        : this([])
    {
    }

    internal GrpcServer(Dictionary<string, string?> settings, Action<IServiceCollection>? configure = null) =>
        Server = new ServerFixture(new Dictionary<string, string?>(settings) { ["Http:GrpcUrls"] = "http://127.0.0.1:0" }, configure);

    public ServerFixture Server { get; }

    public GrpcChannel Channel => _channel!;

    internal GRPCInferenceService.GRPCInferenceServiceClient Client => new(Channel);

    internal InferenceClient Rest => new(Server.Client);

    /// <summary>Behind the front door.</summary>
    public static Uri AddressOf(ServerFixture server) => new(server.Urls.ElementAt(1));

    public async Task InitializeAsync()
    {
        await Server.InitializeAsync();
        _channel = GrpcChannel.ForAddress(AddressOf(Server));
    }

    public async Task DisposeAsync()
    {
        _channel?.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>The first golden rows, typed.</summary>
    internal static ModelInferRequest Typed(int rows)
    {
        var request = Request(rows);
        request.Inputs[0].Contents = new InferTensorContents { Fp32Contents = { InferenceClient.GoldenRows(rows) } };
        return request;
    }

    /// <summary>The first golden rows as bytes.</summary>
    internal static ModelInferRequest Raw(int rows)
    {
        var request = Request(rows);
        request.RawInputContents.Add(ByteString.CopyFrom(
            MemoryMarshal.AsBytes<float>(InferenceClient.GoldenRows(rows))));
        return request;
    }

    private static ModelInferRequest Request(int rows) => new()
    {
        ModelName = "payments",
        Id = "request-1",
        Inputs =
        {
            new ModelInferRequest.Types.InferInputTensor { Name = "features", Datatype = "FP32", Shape = { rows, InferenceClient.Features } },
        },
    };
}
