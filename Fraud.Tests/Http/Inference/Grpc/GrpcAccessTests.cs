using Fraud.Http.Inference.Grpc.Protocol;
using Fraud.Stream.Keys;
using Fraud.Tests.Http.Security;
using Grpc.Core;
using Grpc.Net.Client;

namespace Fraud.Tests.Http.Inference.Grpc;

/// <summary>Every method with every kind of credential: who may use it over REST may here.</summary>
public sealed class GrpcAccessTests(SecuredServer secured) : IClassFixture<SecuredServer>
{
    /// <summary>The scope that a method asks for; none: it is open.</summary>
    private static readonly Dictionary<string, Scopes> Needed = new()
    {
        ["ServerLive"] = Scopes.None,
        ["ServerReady"] = Scopes.None,
        ["ServerMetadata"] = Scopes.None,
        ["ModelReady"] = Scopes.Score,
        ["ModelMetadata"] = Scopes.Score,
        ["ModelInfer"] = Scopes.Score,
        ["ModelStatistics"] = Scopes.Score,
        ["RepositoryIndex"] = Scopes.Score,
        ["RepositoryModelLoad"] = Scopes.Admin,
        ["RepositoryModelUnload"] = Scopes.Admin,
    };

    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    public static TheoryData<string> Credentials => [.. Credential.Names];

    [Theory]
    [MemberData(nameof(Credentials))]
    public async Task EveryMethod_ByCredential_IsOpenToThoseWhoMay(string name)
    {
        var credential = await Credential.Make(name, secured);
        using var channel = GrpcChannel.ForAddress(GrpcServer.AddressOf(secured.Server));
        var wrong = new List<string>();
        foreach (var (method, scope) in Needed)
        {
            var expected = scope == Scopes.None ? "let in"
                : credential.Worth is not { } worth ? "Unauthenticated"
                : (worth & scope) == Scopes.None ? "PermissionDenied"
                : "let in";
            var status = await Call(channel, "inference.GRPCInferenceService", method, credential);
            if (status != expected)
            {
                wrong.Add($"{method}: expected {expected}, and got {status}");
            }
        }

        Assert.Equal("let in", await Call(channel, "grpc.health.v1.Health", "Check", credential));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Methods_OfTheProtocol_AreAllInTheMatrix() => Assert.Equal(
        GRPCInferenceService.Descriptor.Methods.Select(static method => method.Name).Order(StringComparer.Ordinal),
        Needed.Keys.Order(StringComparer.Ordinal));

    private static async Task<string> Call(GrpcChannel channel, string service, string name, Credential credential)
    {
        var headers = new Metadata();
        if (credential.Key is not null)
        {
            headers.Add("x-api-key", credential.Key);
        }

        if (credential.Bearer is not null)
        {
            headers.Add("authorization", $"Bearer {credential.Bearer}");
        }

        try
        {
            // An empty message is one of each type.
            var method = new Method<byte[], byte[]>(MethodType.Unary, service, name, Bytes, Bytes);
            await channel.CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(headers), []);
            return "let in";
        }
        catch (RpcException error)
        {
            return error.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied ? error.StatusCode.ToString() : "let in";
        }
    }
}
