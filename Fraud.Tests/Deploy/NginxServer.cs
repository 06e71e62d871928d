using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fraud.Faults.Processes;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>A real nginx with deploy/nginx/fraud.conf, in which ports, certificate and folders are this test's.</summary>
internal sealed class NginxServer : IDisposable
{
    public const string Name = "fraud.example.com";

    private readonly TempFolder _folder = new();
    private readonly OwnedProcess _process;
    private readonly int _http;
    private readonly int _https;

    /// <param name="nodes">Three ports of nodes; each as often as it is to stand there.</param>
    /// <param name="replace">What else differs: text of the file, and what stands there instead.</param>
    public NginxServer(IReadOnlyList<int> nodes, params (string Is, string Becomes)[] replace)
    {
        (_http, _https) = (FreePort(), FreePort());
        WriteCertificate();
        var config = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "nginx", "fraud.conf"));
        (string Is, string Becomes)[] places =
        [
            ("127.0.0.1:8000 ", $"127.0.0.1:{nodes[0]} "), ("127.0.0.1:8001 ", $"127.0.0.1:{nodes[1]} "), ("127.0.0.1:8002 ", $"127.0.0.1:{nodes[2]} "),
            ("listen 80;", $"listen 127.0.0.1:{_http};"), ("listen 443 ssl", $"listen 127.0.0.1:{_https} ssl"),
            ($"/etc/letsencrypt/live/{Name}/", _folder.Path + "/"), ("/var/cache/nginx/fraud", _folder.File("cache")), .. replace,
        ];
        foreach (var (text, becomes) in places)
        {
            Assert.Contains(text, config, StringComparison.Ordinal);
            config = config.Replace(text, becomes, StringComparison.Ordinal);
        }

        File.WriteAllText(_folder.File("fraud.conf"), config);
        File.WriteAllText(_folder.File("nginx.conf"), $$"""
            daemon off;
            user root root;
            worker_processes 1;
            pid {{_folder.File("pid")}};
            events {}
            http {
                access_log {{AccessLog}};
                client_body_temp_path {{_folder.File("body")}};
                proxy_temp_path {{_folder.File("proxy")}};
                fastcgi_temp_path {{_folder.File("fastcgi")}};
                uwsgi_temp_path {{_folder.File("uwsgi")}};
                scgi_temp_path {{_folder.File("scgi")}};
                include fraud.conf;
            }
            """);
        _process = new OwnedProcess(
            _folder.File("log"), _folder.Path, DeployTool.Find("nginx"), "-e", "stderr", "-p", _folder.Path, "-c", _folder.File("nginx.conf"));
    }

    /// <summary>Where it takes TLS.</summary>
    public int TlsPort => _https;

    public string AccessLog => _folder.File("access.log");

    public Uri Http => new($"http://{Name}:{_http}/");

    public Uri Https => new($"https://{Name}:{_https}/");

    /// <summary>What asks it under its name, and trusts its certificate and no other.</summary>
    public HttpClient Client(bool follow = false) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = follow,
        ConnectCallback = static async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == Fingerprint },
    })
    {
        BaseAddress = Https,
    };

    private string Fingerprint => X509CertificateLoader.LoadCertificateFromFile(_folder.File("fullchain.pem")).GetCertHashString();

    /// <summary>Waits until it takes connections.</summary>
    public Task UntilReady() => Poll.Until(async () =>
    {
        Assert.False(_process.HasEnded, _process.ReadLog());
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, _https);
            return true;
        }
        catch (SocketException)
        {
            // It does not listen yet.
            return false;
        }
    });

    public void Dispose()
    {
        _process.Signal("TERM");
        _process.Dispose();
        _folder.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void WriteCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        File.WriteAllText(_folder.File("fullchain.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(_folder.File("privkey.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
