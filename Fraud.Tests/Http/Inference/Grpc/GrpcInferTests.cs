using System.Runtime.InteropServices;
using Fraud.Http.Inference.Grpc.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using Grpc.Reflection.V1Alpha;

namespace Fraud.Tests.Http.Inference.Grpc;

/// <summary>Inference by gRPC as clients of the published protocol ask, held against what REST answers.</summary>
public sealed class GrpcInferTests(GrpcServer server) : IClassFixture<GrpcServer>
{
    private const string RestPath = "/v2/models/payments/infer";

    [Fact]
    public async Task Server_Asked_LivesIsReadyAndSaysWhatItIs()
    {
        Assert.True((await server.Client.ServerLiveAsync(new ServerLiveRequest())).Live);
        Assert.True((await server.Client.ServerReadyAsync(new ServerReadyRequest())).Ready);
        var metadata = await server.Client.ServerMetadataAsync(new ServerMetadataRequest());
        Assert.Equal("fraud-detection-api", metadata.Name);
        Assert.Equal<string>(["binary_tensor_data", "model_repository", "statistics"], metadata.Extensions);
    }

    [Fact]
    public async Task ModelMetadata_OfTheModelInService_IsWhatRestSays()
    {
        var (_, rest) = await server.Rest.Get("/v2/models/payments");

        var model = await server.Client.ModelMetadataAsync(new ModelMetadataRequest { Name = "payments", Version = "1" });

        Assert.Equal(rest.GetProperty("name").GetString(), model.Name);
        Assert.Equal<string>(["1"], model.Versions);
        Assert.Equal(rest.GetProperty("platform").GetString(), model.Platform);
        var input = Assert.Single(model.Inputs);
        Assert.Equal(("features", "FP32"), (input.Name, input.Datatype));
        Assert.Equal<long>([-1, InferenceClient.Features], input.Shape);
        Assert.Equal(["probabilities", "label"], model.Outputs.Select(static output => output.Name));
        Assert.Equal(["FP32", "INT64"], model.Outputs.Select(static output => output.Datatype));
        Assert.Equal<long>([-1], model.Outputs[1].Shape);
    }

    [Fact]
    public async Task ModelInfer_Typed_GivesTheScoresOfRestToTheBit()
    {
        var answer = await server.Client.ModelInferAsync(GrpcServer.Typed(3));

        Assert.Equal(("payments", "1", "request-1"), (answer.ModelName, answer.ModelVersion, answer.Id));
        Assert.Empty(answer.RawOutputContents);
        Assert.Equal<long>([3, 2], answer.Outputs[0].Shape);
        Assert.Equal<long>([3], answer.Outputs[1].Shape);
        Assert.Equal(Bits(await ScoresByRest()), Bits([.. answer.Outputs[0].Contents.Fp32Contents]));
        Assert.Equal<long>([0, 0, 0], answer.Outputs[1].Contents.Int64Contents);
    }

    [Fact]
    public async Task ModelInfer_Raw_IsAnsweredRawWithTheSameScores()
    {
        var answer = await server.Client.ModelInferAsync(GrpcServer.Raw(3));

        Assert.All(answer.Outputs, static output => Assert.Null(output.Contents));
        Assert.Equal(2, answer.RawOutputContents.Count);
        Assert.Equal(Bits(await ScoresByRest()), Bits(MemoryMarshal.Cast<byte, float>(answer.RawOutputContents[0].Span).ToArray()));
        Assert.Equal([0L, 0L, 0L], MemoryMarshal.Cast<byte, long>(answer.RawOutputContents[1].Span).ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ModelInfer_NamedOutput_IsAnsweredAlone(bool isRaw)
    {
        var request = isRaw ? GrpcServer.Raw(1) : GrpcServer.Typed(1);
        request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "label" });

        var answer = await server.Client.ModelInferAsync(request);

        Assert.Equal("label", Assert.Single(answer.Outputs).Name);
        Assert.Equal(isRaw ? 1 : 0, answer.RawOutputContents.Count);
    }

    [Theory]
    [InlineData("no input", "inputs:")]
    [InlineData("two inputs", "inputs:")]
    [InlineData("other name", "inputs[0].name:")]
    [InlineData("other type", "inputs[0].datatype:")]
    [InlineData("one dimension", "inputs[0].shape:")]
    [InlineData("wrong columns", "inputs[0].shape:")]
    [InlineData("no rows", "inputs[0].shape:")]
    [InlineData("too many rows", "inputs[0].shape:")]
    [InlineData("more rows than int can hold", "inputs[0].shape:")]
    [InlineData("fewer numbers", "inputs[0].contents:")]
    [InlineData("more numbers", "inputs[0].contents:")]
    [InlineData("no contents", "inputs[0].contents:")]
    [InlineData("numbers of another type", "inputs[0].contents:")]
    [InlineData("raw and typed", "inputs[0].contents:")]
    [InlineData("too few bytes", "raw_input_contents:")]
    [InlineData("two raw contents", "raw_input_contents:")]
    [InlineData("not a number", "inputs[0].data[5]:")]
    [InlineData("raw not a number", "inputs[0].data[5]:")]
    [InlineData("unknown output", "outputs[0].name:")]
    [InlineData("output twice", "outputs[1].name:")]
    [InlineData("classification", "outputs[0].parameters:")]
    [InlineData("shared memory", "inputs[0].parameters:")]
    [InlineData("overlong id", "id:")]
    public async Task ModelInfer_WrongRequest_IsInvalidArgumentThatNamesTheField(string mistake, string field)
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.ModelInferAsync(Wrong(mistake)));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.StartsWith(field, error.Status.Detail, StringComparison.Ordinal);
        Assert.Contains(": expected ", error.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", "")]
    [InlineData("payments", "99")]
    [InlineData("", "")]
    public async Task AnyMethod_UnknownModel_IsNotFound(string name, string version)
    {
        var request = GrpcServer.Typed(1);
        (request.ModelName, request.ModelVersion) = (name, version);

        Assert.Equal(StatusCode.NotFound, await StatusOf(async () => await server.Client.ModelInferAsync(request)));
        Assert.Equal(StatusCode.NotFound, await StatusOf(async () => await server.Client.ModelReadyAsync(new ModelReadyRequest { Name = name, Version = version })));
        Assert.Equal(StatusCode.NotFound, await StatusOf(async () => await server.Client.ModelMetadataAsync(new ModelMetadataRequest { Name = name, Version = version })));
    }

    [Fact]
    public async Task ModelInfer_LargerThanABodyMayBe_IsResourceExhausted()
    {
        var request = GrpcServer.Typed(1);
        request.RawInputContents.Add(ByteString.CopyFrom(new byte[1_048_577]));

        Assert.Equal(StatusCode.ResourceExhausted, await StatusOf(async () => await server.Client.ModelInferAsync(request)));
    }

    [Fact]
    public async Task ModelInfer_Compressed_IsRefusedAsOverRest()
    {
        using var channel = GrpcChannel.ForAddress(GrpcServer.AddressOf(server.Server), new GrpcChannelOptions
        {
            CompressionProviders = [new GzipCompressionProvider(System.IO.Compression.CompressionLevel.Fastest)],
        });
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        var headers = new Metadata { { "grpc-internal-encoding-request", "gzip" } };

        Assert.Equal(StatusCode.Unimplemented, await StatusOf(async () => await client.ModelInferAsync(GrpcServer.Typed(1), headers)));
    }

    [Theory]
    [InlineData("inference.GRPCInferenceService", "ModelStreamInfer")]
    [InlineData("inference.Other", "ModelInfer")]
    public async Task Call_WhatIsNotThere_IsUnimplemented(string service, string name)
    {
        var method = new Method<byte[], byte[]>(
            MethodType.Unary, service, name, Marshallers.Create(static bytes => bytes, static bytes => bytes), Marshallers.Create(static bytes => bytes, static bytes => bytes));

        Assert.Equal(
            StatusCode.Unimplemented,
            await StatusOf(async () => await server.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, [])));
    }

    [Fact]
    public async Task Reflection_Asked_ListsTheServices()
    {
        using var call = new ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var services = call.ResponseStream.Current.ListServicesResponse.Service.Select(static service => service.Name).ToList();
        await call.RequestStream.CompleteAsync();

        Assert.Contains("inference.GRPCInferenceService", services);
        Assert.Contains("grpc.health.v1.Health", services);
    }

    [Fact]
    public async Task Metrics_ACallThatWasRefused_CountsWithTheStatusOfRest()
    {
        await StatusOf(async () => await server.Client.ModelInferAsync(Wrong("no input")));

        var metrics = await server.Server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Matches("api_requests_total\\{[^}]*endpoint=\"/inference.GRPCInferenceService/ModelInfer\"[^}]*status=\"400\"", metrics);
    }

    private static async Task<StatusCode> StatusOf(Func<Task> call) => (await Assert.ThrowsAsync<RpcException>(call)).StatusCode;

    private async Task<float[]> ScoresByRest()
    {
        var (status, answer) = await server.Rest.Post(RestPath, InferenceClient.Request(3, InferenceClient.GoldenRows(3)));
        Assert.Equal(200, status);
        return InferenceClient.DataOf(answer, "probabilities");
    }

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];

    private static ModelInferRequest Wrong(string mistake)
    {
        var request = mistake.Contains("raw", StringComparison.Ordinal) || mistake == "too few bytes" ? GrpcServer.Raw(1) : GrpcServer.Typed(1);
        var input = request.Inputs[0];
        var row = InferenceClient.GoldenRows(1);
        switch (mistake)
        {
            case "no input": request.Inputs.Clear(); break;
            case "two inputs": request.Inputs.Add(input.Clone()); break;
            case "other name": input.Name = "other"; break;
            case "other type": input.Datatype = "FP64"; break;
            case "one dimension": input.Shape.RemoveAt(0); break;
            case "wrong columns": input.Shape[1]--; break;
            case "no rows": input.Shape[0] = 0; break;
            case "too many rows": input.Shape[0] = 1_001; break;
            case "more rows than int can hold": input.Shape[0] = 1L << 40; break;
            case "fewer numbers": input.Contents.Fp32Contents.RemoveAt(0); break;
            case "more numbers": input.Contents.Fp32Contents.Add(1); break;
            case "no contents": input.Contents = null; break;
            case "numbers of another type": input.Contents.Fp64Contents.Add(1); break;
            case "raw and typed": input.Contents = new InferTensorContents { Fp32Contents = { row } }; break;
            case "too few bytes": request.RawInputContents[0] = ByteString.CopyFrom(request.RawInputContents[0].Span[4..]); break;
            case "two raw contents": request.RawInputContents.Add(request.RawInputContents[0]); break;
            case "not a number": input.Contents.Fp32Contents[5] = float.NaN; break;
            case "raw not a number":
                row[5] = float.PositiveInfinity;
                request.RawInputContents[0] = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(row));
                break;
            case "unknown output": Ask(request, "none"); break;
            case "output twice": Ask(request, "label"); Ask(request, "label"); break;
            case "classification": Ask(request, "label").Parameters.Add("classification", new InferParameter { Int64Param = 2 }); break;
            case "shared memory": input.Parameters.Add("shared_memory_region", new InferParameter { StringParam = "region" }); break;
            case "overlong id": request.Id = new string('i', 257); break;
            default: throw new ArgumentOutOfRangeException(nameof(mistake), mistake, "unknown");
        }

        return request;
    }

    private static ModelInferRequest.Types.InferRequestedOutputTensor Ask(ModelInferRequest request, string output)
    {
        request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = output });
        return request.Outputs[^1];
    }
}
