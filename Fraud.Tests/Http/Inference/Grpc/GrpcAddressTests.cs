using System.Net;
using System.Security.Cryptography.X509Certificates;
using Fraud.Http;
using Fraud.Http.Inference.Grpc.Protocol;
using Fraud.Tests.Http.Tls;
using Fraud.Tests.Support;
using Grpc.Net.Client;
using Microsoft.Extensions.Options;

namespace Fraud.Tests.Http.Inference.Grpc;

/// <summary>Where gRPC comes in: with TLS at the front door, in clear at a port of its own that follows the front door's rules.</summary>
public sealed class GrpcAddressTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Tls_AtTheFrontDoor_SpeaksGrpcAndRestOnOnePort()
    {
        using var authority = TestAuthority.New("front");
        using var certificate = authority.Issue("localhost", TestAuthority.ForServers);
        await File.WriteAllTextAsync(_folder.File("tls.crt"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(_folder.File("tls.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var server = new ServerFixture(new()
        {
            ["Http:Urls"] = "https://127.0.0.1:0",
            ["Tls:CertificateFile"] = _folder.File("tls.crt"),
            ["Tls:KeyFile"] = _folder.File("tls.key"),
        });
        await server.InitializeAsync();
        try
        {
            // The channel makes the handler its own.
            using var handler = Trusting(certificate);
            using var channel = GrpcChannel.ForAddress(server.Client.BaseAddress!, new GrpcChannelOptions { HttpHandler = handler });
            using var plain = Trusting(certificate);
            using var rest = new HttpClient(plain, disposeHandler: false) { BaseAddress = server.Client.BaseAddress };
            var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);

            Assert.True((await client.ServerLiveAsync(new ServerLiveRequest())).Live);
            Assert.Equal(2, (await client.ModelInferAsync(GrpcServer.Raw(1))).RawOutputContents.Count);
            using var response = await rest.GetAsync(new Uri("/v2/health/ready", UriKind.Relative));
            Assert.Equal((HttpStatusCode.OK, HttpVersion.Version11), (response.StatusCode, response.Version));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("https://127.0.0.1:8001", "Http:GrpcUrls: expected http://ADDRESS:PORT")]
    [InlineData("127.0.0.1:8001", "Http:GrpcUrls: expected http://ADDRESS:PORT")]
    [InlineData("http://127.0.0.1:18999", "Http:GrpcUrls: expected other ports")]
    public async Task Start_WrongAddress_IsAMistakeThatNamesTheSetting(string url, string message)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Start("http://127.0.0.1:18999", url));

        Assert.Contains(message, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_BeyondLoopbackWithoutKeys_IsRefusedWithTheRemedy()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => Start("http://127.0.0.1:0", "http://0.0.0.0:0"));

        Assert.Contains("Http:GrpcUrls", error.Message, StringComparison.Ordinal);
        Assert.Contains("fraud keys create", error.Message, StringComparison.Ordinal);
    }

    private static SocketsHttpHandler Trusting(X509Certificate2 certificate)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback =
            (_, given, _, _) => given!.GetSerialNumberString() == certificate.GetSerialNumberString();
        return handler;
    }

    private async Task Start(string urls, string grpcUrls)
    {
        await using var server = FraudServer.Build(new Dictionary<string, string?>
        {
            ["Http:Urls"] = urls,
            ["Http:GrpcUrls"] = grpcUrls,
            ["Scoring:Model"] = Path.Combine(Repository.Root, "models", "payments"),
            ["Storage:SqliteFile"] = _folder.File("fraud.db"),
        });
        await server.StartAsync();
    }
}
