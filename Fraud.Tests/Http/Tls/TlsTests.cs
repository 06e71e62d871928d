using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fraud.Http;
using Fraud.Http.Tls;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fraud.Tests.Http.Tls;

public sealed class TlsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private readonly RecordingLog _log = new();
    private readonly List<string> _issued = [];

    private string CertificateFile => _folder.File("tls.crt");

    private string KeyFile => _folder.File("tls.key");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Handshake_FilesReplaced_UsesTheNewCertificateAndABadChangeIsIgnored()
    {
        var first = WriteCertificate("first");
        var server = Server();
        await server.InitializeAsync();
        try
        {
            var url = new Uri(server.Urls.First(static url => url.StartsWith("https:", StringComparison.Ordinal)));
            Assert.Equal(first, await Handshake(url));

            // Half written, as a copy in progress leaves it.
            await File.WriteAllTextAsync(CertificateFile, "-----BEGIN CERTIFICATE-----\nMIIB");
            await Poll.Until(() => _log.Of(ServerCertificate.NotReplacedId).Any());
            Assert.Equal(first, await Handshake(url));

            var second = WriteCertificate("second");
            Assert.NotEqual(first, second);
            await Poll.Until(() => Handshake(url).GetAwaiter().GetResult() == second);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Get_OverTls_SpeaksHttp2AndAsksToStay()
    {
        WriteCertificate("h2");
        var server = Server();
        await server.InitializeAsync();
        try
        {
            var url = server.Urls.First(static url => url.StartsWith("https:", StringComparison.Ordinal));
            using var handler = new SocketsHttpHandler();
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => IsOurs(certificate);
            using var client = new HttpClient(handler);
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(url), "/health"))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            using var secure = await client.SendAsync(request);
            using var plain = await server.Client.GetAsync(new Uri("/health", UriKind.Relative));

            Assert.Equal(HttpVersion.Version20, secure.Version);
            Assert.Equal("max-age=31536000; includeSubDomains", secure.Headers.GetValues("Strict-Transport-Security").Single());
            Assert.False(plain.Headers.Contains("Strict-Transport-Security"));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Start_HttpsWithoutCertificate_IsAMistakeThatNamesTheSetting()
    {
        await using var server = FraudServer.Build(new Dictionary<string, string?>
        {
            ["Http:Urls"] = "https://127.0.0.1:0",
            ["Scoring:Model"] = Path.Combine(Repository.Root, "models", "payments"),
            ["Storage:SqliteFile"] = _folder.File("fraud.db"),
        });

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => server.StartAsync());

        Assert.Contains("Tls:CertificateFile", error.Message, StringComparison.Ordinal);
    }

    private ServerFixture Server() => new(new()
    {
        ["Http:Urls"] = "http://127.0.0.1:0;https://127.0.0.1:0",
        ["Tls:CertificateFile"] = CertificateFile,
        ["Tls:KeyFile"] = KeyFile,
        ["Tls:ReloadInterval"] = "00:00:00.050",
    }, services => services.AddLogging(logging => logging.AddProvider(_log)));

    // Signed by itself: known by its number.
    private bool IsOurs(X509Certificate? certificate) => _issued.Contains(certificate!.GetSerialNumberString());

    /// <summary>Serial number of the certificate that a new handshake is made with.</summary>
    private async Task<string> Handshake(Uri url)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        await using var secure = new SslStream(client.GetStream(), false, (_, certificate, _, _) => IsOurs(certificate));
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        });
        return secure.RemoteCertificate!.GetSerialNumberString();
    }

    private string WriteCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        _issued.Add(certificate.GetSerialNumberString());
        return _issued[^1];
    }
}
