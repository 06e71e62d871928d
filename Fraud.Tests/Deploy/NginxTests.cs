using System.Net;
using System.Net.Http.Json;
using Fraud.Tests.Http;
using Fraud.Tests.Support;

namespace Fraud.Tests.Deploy;

/// <summary>deploy/nginx/fraud.conf in a real nginx, before stand-ins of nodes and before the service itself.</summary>
public sealed class NginxTests : IAsyncLifetime
{
    private readonly List<StandInNode> _nodes = [];

    private IReadOnlyList<int> Ports => [.. _nodes.Select(static node => node.Port)];

    public async Task InitializeAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            _nodes.Add(await StandInNode.Start());
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Http_WithoutTls_IsSentToTlsWithItsPath()
    {
        using var nginx = await Started();
        using var client = nginx.Client();

        using var answer = await client.GetAsync(new Uri(nginx.Http, "/predict?explain=true"));

        Assert.Equal(HttpStatusCode.MovedPermanently, answer.StatusCode);
        Assert.Equal($"https://{NginxServer.Name}/predict?explain=true", answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Tls_TakesTwoVersionsWithStrongCiphersAndNoOthers()
    {
        using var nginx = await Started();

        Assert.Contains("Protocol  : TLSv1.2", await Handshake(nginx, "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"), StringComparison.Ordinal);
        Assert.Contains("TLSv1.3", await Handshake(nginx, "-tls1_3"), StringComparison.Ordinal);
        // The client is told to take what OpenSSL alone would no longer offer: it is the server that refuses.
        Assert.Contains("alert protocol version", await Handshake(nginx, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"), StringComparison.Ordinal);
        Assert.Contains("alert handshake failure", await Handshake(nginx, "-tls1_2", "-cipher", "ECDHE-RSA-AES256-SHA384:AES128-SHA"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_WithHttp2_IsSpoken()
    {
        using var nginx = await Started();
        using var client = nginx.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/stats") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var answer = await client.SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version));
    }

    /// <summary>Passed on, refused by nginx, from its cache: every answer has them, once.</summary>
    [Theory]
    [InlineData("/stats", HttpStatusCode.OK)]
    [InlineData("/health", HttpStatusCode.OK)]
    [InlineData("/full", HttpStatusCode.ServiceUnavailable)]
    [InlineData("/metrics", HttpStatusCode.Forbidden)]
    public async Task Answer_AnyOfThem_HasTheSecurityHeadersOnce(string path, HttpStatusCode status)
    {
        using var nginx = await Started();
        using var client = nginx.Client();

        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(["max-age=31536000; includeSubDomains"], answer.Headers.GetValues("Strict-Transport-Security"));
        Assert.Equal(["SAMEORIGIN"], answer.Headers.GetValues("X-Frame-Options"));
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal("nginx", answer.Headers.Server.ToString());
    }

    /// <summary>The service takes addresses in any case and with a slash at the end, so nginx has to close them all.</summary>
    [Theory]
    [InlineData("/metrics")]
    [InlineData("/metrics/")]
    [InlineData("/Metrics")]
    [InlineData("//metrics")]
    [InlineData("/%6detrics")]
    [InlineData("/x/../metrics")]
    public async Task Metrics_HoweverWritten_AreClosed(string path)
    {
        using var nginx = await Started();

        // As it stands: a client of .NET would tidy the path.
        var (_, output) = await DeployTool.Run(
            "curl", "-sk", "--path-as-is", "-o", "/dev/null", "-w", "%{http_code}", "--resolve", $"{NginxServer.Name}:{nginx.TlsPort}:127.0.0.1",
            $"https://{NginxServer.Name}:{nginx.TlsPort}{path}");

        Assert.Equal("403", output);
        Assert.All(_nodes, static node => Assert.Empty(node.Paths));
    }

    [Fact]
    public async Task Caller_WhoSaysWhoItIs_IsReplacedByItsAddress()
    {
        using var nginx = await Started();
        using var client = nginx.Client();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "8.8.8.8");
        client.DefaultRequestHeaders.Add("X-Real-IP", "8.8.8.8");
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "http");

        var reached = await client.GetFromJsonAsync<Dictionary<string, string>>(new Uri("/predict", UriKind.Relative));

        Assert.Equal("127.0.0.1", reached!["X-Forwarded-For"]);
        Assert.Equal("127.0.0.1", reached["X-Real-IP"]);
        Assert.Equal("https", reached["X-Forwarded-Proto"]);
        Assert.Equal(NginxServer.Name, reached["Host"]);
    }

    [Fact]
    public async Task Health_AskedOften_ComesFromTheCacheAndLeavesNoLine()
    {
        using var nginx = await Started();
        using var client = nginx.Client();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("""{"status":"healthy"}""", await client.GetStringAsync(new Uri("/health", UriKind.Relative)));
        }

        await client.GetStringAsync(new Uri("/stats", UriKind.Relative));

        // Twice at most: a slow machine may take longer than the ten seconds that an answer is kept.
        Assert.InRange(_nodes.Sum(static node => node.Paths.Count(static path => path == "/health")), 1, 2);
        await Poll.Until(() => File.ReadAllText(nginx.AccessLog).Contains("/stats", StringComparison.Ordinal));
        Assert.DoesNotContain("/health", await File.ReadAllTextAsync(nginx.AccessLog), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rate_OfOneCaller_IsHeldWith429()
    {
        // The file's own bound is 5000 a second: more than one client here can ask.
        using var nginx = await Started(("rate=5000r/s", "rate=1r/m"), ("burst=1000", "burst=2"));
        using var client = nginx.Client();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 5; i++)
        {
            using var answer = await client.GetAsync(new Uri("/stats", UriKind.Relative));
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests], statuses);
    }

    [Fact]
    public async Task Body_AboveTheBound_IsRefusedAndNotPassedOn()
    {
        using var nginx = await Started();
        using var client = nginx.Client();

        using var large = await client.PostAsync(new Uri("/predict", UriKind.Relative), new ByteArrayContent(new byte[(1 << 20) + 1]));
        using var most = await client.PostAsync(new Uri("/predict", UriKind.Relative), new ByteArrayContent(new byte[1 << 20]));
        // A stream has no end to be counted.
        using var stream = await client.PostAsync(new Uri("/predict/stream", UriKind.Relative), new ByteArrayContent(new byte[(1 << 20) + 1]));

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.OK, HttpStatusCode.OK), (large.StatusCode, most.StatusCode, stream.StatusCode));
        Assert.Equal(2, _nodes.Sum(static node => node.Paths.Count));
    }

    [Fact]
    public async Task Nodes_AllOfThem_TakeTheirShareOverFewConnections()
    {
        using var nginx = await Started();
        using var client = nginx.Client();
        for (var i = 0; i < 60; i++)
        {
            await client.GetStringAsync(new Uri("/stats", UriKind.Relative));
        }

        Assert.All(_nodes, static node => Assert.InRange(node.Paths.Count, 10, 30));
        Assert.All(_nodes, static node => Assert.Equal(1, node.Connections));
    }

    [Fact]
    public async Task Node_ThatIsDown_IsPassedOver()
    {
        using var nginx = new NginxServer([NginxServer.FreePort(), _nodes[1].Port, NginxServer.FreePort()]);
        await nginx.UntilReady();
        using var client = nginx.Client();

        for (var i = 0; i < 6; i++)
        {
            using var answer = await client.PostAsync(new Uri("/predict", UriKind.Relative), new ByteArrayContent([1]));
            Assert.True(answer.IsSuccessStatusCode, $"request {i}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task Nodes_AllDown_AreABadGateway()
    {
        using var nginx = new NginxServer([NginxServer.FreePort(), NginxServer.FreePort(), NginxServer.FreePort()]);
        await nginx.UntilReady();
        using var client = nginx.Client();

        using var answer = await client.GetAsync(new Uri("/stats", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(["SAMEORIGIN"], answer.Headers.GetValues("X-Frame-Options"));
    }

    /// <summary>A payment may have been scored: its caller asks again, with its id.</summary>
    [Fact]
    public async Task Payment_WhoseNodeBreaksOff_IsNotSentToAnother()
    {
        using var nginx = await Started();
        using var client = nginx.Client();

        using var answer = await client.PostAsync(new Uri("/breaks", UriKind.Relative), new ByteArrayContent([1]));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(1, _nodes.Sum(static node => node.Paths.Count));
    }

    /// <summary>A node that sheds is not down: nginx must neither ask the others instead nor leave it alone for seconds.</summary>
    [Fact]
    public async Task Nodes_ThatShed_AreAskedOnceAndStay()
    {
        using var nginx = await Started();
        using var client = nginx.Client();
        for (var i = 0; i < 12; i++)
        {
            using var full = await client.GetAsync(new Uri("/full", UriKind.Relative));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, full.StatusCode);
        }

        using var answer = await client.GetAsync(new Uri("/stats", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(13, _nodes.Sum(static node => node.Paths.Count));
    }

    [Fact]
    public async Task Stream_OfAlerts_ComesAsItIsWritten()
    {
        using var nginx = await Started();
        using var client = nginx.Client();

        using var answer = await client.GetAsync(new Uri("/api/v1/alerts/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        using var deadline = new CancellationTokenSource(Poll.Deadline);
        var first = new byte[12];

        // The node writes on only when it is released.
        await body.ReadExactlyAsync(first, deadline.Token);
        Assert.Equal("event: alert"u8.ToArray(), first);
    }

    [Fact]
    public async Task Json_ForACallerThatTakesIt_IsCompressed()
    {
        using var nginx = await Started();
        using var client = nginx.Client();
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");
        client.DefaultRequestHeaders.Add("X-Long", new string('x', 500));

        using var answer = await client.GetAsync(new Uri("/stats", UriKind.Relative));

        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Payment_ThroughNginx_IsScoredByTheService()
    {
        // Whom a proxy speaks for is never local, so that a key would be asked for.
        var server = new ServerFixture(new Dictionary<string, string?> { ["Security:AllowAnonymous"] = "true" });
        await server.InitializeAsync();
        try
        {
            var port = server.Client.BaseAddress!.Port;
            using var nginx = new NginxServer([port, port, port]);
            await nginx.UntilReady();
            using var client = nginx.Client();

            using var answer = await client.PostAsJsonAsync(
                new Uri("/predict", UriKind.Relative), new { transaction_id = "by-nginx", card_id = "card-1", terminal_id = "terminal-1", amount = 12.5 });
            var text = await answer.Content.ReadAsStringAsync();

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("\"fraud_score\":", text, StringComparison.Ordinal);
            Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private async Task<NginxServer> Started(params (string Is, string Becomes)[] replace)
    {
        var nginx = new NginxServer(Ports, replace);
        await nginx.UntilReady();
        return nginx;
    }

    private static async Task<string> Handshake(NginxServer nginx, params string[] options)
    {
        var (_, output) = await DeployTool.Run(
            "openssl", ["s_client", "-connect", $"127.0.0.1:{nginx.TlsPort}", "-servername", NginxServer.Name, .. options]);
        return output;
    }
}
