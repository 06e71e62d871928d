using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fraud.Http;
using Fraud.Http.Tls;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fraud.Tests.Http.Tls;

public sealed class MutualTlsTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly RecordingLog _log = new();
    private readonly TestAuthority _servers = TestAuthority.New("servers");
    private readonly TestAuthority _clients = TestAuthority.New("clients");
    private ServerFixture? _server;

    private string ClientCaFile => _folder.File("clients.crt");

    public Task InitializeAsync()
    {
        using var certificate = _servers.Issue("localhost", TestAuthority.ForServers);
        File.WriteAllText(_folder.File("tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(_folder.File("tls.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(ClientCaFile, _clients.Pem);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _servers.Dispose();
        _clients.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Predict_WithACertificateOfTheAuthority_IsAnswered()
    {
        await Start();
        using var own = _clients.Issue("gateway");
        using var silent = _clients.Issue("says not what for", purpose: null);

        Assert.Equal(HttpStatusCode.OK, await Predict([own]));
        Assert.Equal(HttpStatusCode.OK, await Predict([silent]));
        Assert.Empty(_log.Of(ClientCertificates.RefusedId));
    }

    [Fact]
    public async Task Predict_ByWayOfAnIntermediate_IsAnsweredIfItIsSentAlong()
    {
        await Start();
        using var between = _clients.Intermediate("between");
        using var own = between.Issue("gateway");

        Assert.Equal(HttpStatusCode.OK, await Predict([own, between.Certificate]));
        Assert.Null(await Predict([own]));
    }

    [Theory]
    [InlineData("none", "none was sent")]
    // Of an authority with the same name.
    [InlineData("stranger", "NotSignatureValid")]
    [InlineData("self-signed", "UntrustedRoot")]
    [InlineData("expired", "NotTimeValid")]
    [InlineData("of a server", "NotValidForUsage")]
    public async Task Handshake_OfAnyOther_FailsAndTheLogSaysWhy(string kind, string reason)
    {
        await Start();
        using var strangers = TestAuthority.New("clients");
        using var own = kind switch
        {
            "stranger" => strangers.Issue("gateway"),
            "self-signed" => new X509Certificate2(strangers.Certificate),
            "expired" => _clients.Issue("gateway", daysLeft: -1),
            "of a server" => _clients.Issue("gateway", TestAuthority.ForServers),
            _ => null,
        };

        Assert.Null(await Predict(own is null ? [] : [own]));

        await Poll.Until(() => _log.Of(ClientCertificates.RefusedId).Any());
        var line = _log.Of(ClientCertificates.RefusedId).First();
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.DoesNotContain("gateway", line, StringComparison.Ordinal);
        // The machine itself, over the loopback address beside it.
        Assert.Contains("fraud_tls_clients_refused_total 1", await _server!.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_WhileOptional_NoneIsFineAndAWrongOneIsNot()
    {
        await Start(("Tls:ClientCertificate", "Optional"));
        using var strangers = TestAuthority.New("strangers");
        using var own = strangers.Issue("gateway");

        Assert.Equal(HttpStatusCode.OK, await Predict([]));
        Assert.Null(await Predict([own]));
    }

    [Fact]
    public async Task Handshake_AuthoritiesReplaced_TrustsTheNewAndABadChangeIsIgnored()
    {
        await Start();
        using var next = TestAuthority.New("next");
        using var ofNext = next.Issue("gateway");
        using var own = _clients.Issue("gateway");

        await File.WriteAllTextAsync(ClientCaFile, "-----BEGIN CERTIFICATE-----\nMIIB");
        await Poll.Until(() => _log.Of(ClientCertificates.NotReplacedId).Any());
        Assert.Equal(HttpStatusCode.OK, await Predict([own]));
        Assert.Null(await Predict([ofNext]));

        await File.WriteAllTextAsync(ClientCaFile, next.Pem);
        await Poll.Until(() => _log.Of(ClientCertificates.ReplacedId).Any());
        Assert.Equal(HttpStatusCode.OK, await Predict([ofNext]));
        Assert.Null(await Predict([own]));
    }

    [Theory]
    [InlineData("https://127.0.0.1:0", "/no/such/ca.crt", "Tls:ClientCaFile: expected a PEM file of certificates")]
    [InlineData("http://127.0.0.1:0", "", "Http:Urls: expected an https address")]
    [InlineData("https://127.0.0.1:0;http://0.0.0.0:0", "", "Http:Urls: expected https, or loopback")]
    public async Task Start_WithAWayAroundOrWithoutAuthorities_IsAMistake(string urls, string file, string mistake)
    {
        await using var server = FraudServer.Build(new Dictionary<string, string?>
        {
            ["Http:Urls"] = urls,
            ["Security:AllowAnonymous"] = "true",
            ["Tls:CertificateFile"] = _folder.File("tls.crt"),
            ["Tls:KeyFile"] = _folder.File("tls.key"),
            ["Tls:ClientCaFile"] = file.Length > 0 ? file : ClientCaFile,
            ["Scoring:Model"] = Path.Combine(Repository.Root, "models", "payments"),
            ["Storage:SqliteFile"] = _folder.File("fraud.db"),
        });

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => server.StartAsync());

        Assert.Contains(mistake, error.Message, StringComparison.Ordinal);
    }

    private async Task Start(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Http:Urls"] = "http://127.0.0.1:0;https://127.0.0.1:0",
            ["Tls:CertificateFile"] = _folder.File("tls.crt"),
            ["Tls:KeyFile"] = _folder.File("tls.key"),
            ["Tls:ClientCaFile"] = ClientCaFile,
            ["Tls:ReloadInterval"] = "00:00:00.050",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        _server = new ServerFixture(all, services => services.AddLogging(logging => logging.AddProvider(_log)));
        await _server.InitializeAsync();
    }

    /// <summary>Status of a payment on a connection of its own; null when there was no connection to be had.</summary>
    private async Task<HttpStatusCode?> Predict(X509Certificate2[] certificates)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Issuer == _servers.Certificate.Subject;
        if (certificates.Length > 0)
        {
            // With those between it and its root, and nothing that the machine may know besides.
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificates[0], [.. certificates[1..]], offline: true);
        }

        using var client = new HttpClient(handler);
        var url = new Uri(_server!.Urls.First(static url => url.StartsWith("https:", StringComparison.Ordinal)));
        try
        {
            using var content = new StringContent("""{"amount":12.5}""", Encoding.UTF8, "application/json");
            using var response = await client.PostAsync(new Uri(url, "/predict"), content);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
