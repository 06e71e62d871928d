using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fraud.Tests.Support;

namespace Fraud.Tests.Http.Edge;

public sealed class EdgeTests(EdgeTests.ImpatientServer impatient) : IClassFixture<EdgeTests.ImpatientServer>
{
    /// <summary>A server that waits for slow callers no longer than a test may.</summary>
    public sealed class ImpatientServer : IAsyncLifetime
    {
        public ServerFixture Server { get; } = new(new()
        {
            ["Edge:HeadersTimeout"] = "00:00:00.300",
            ["Edge:MinBytesPerSecond"] = "10000",
            ["Edge:SlowGrace"] = "00:00:01.001",
            ["Edge:BodyTimeout"] = "00:00:03",
        });

        public Task InitializeAsync() => Server.InitializeAsync();

        public Task DisposeAsync() => Server.DisposeAsync();
    }

    [Theory]
    [InlineData("GET", "/health", 200)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("GET", "/predict", 405)]
    [InlineData("POST", "/predict", 415)]
    public async Task Send_Anything_IsAnsweredWithTheHeadersOfAll(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await impatient.Server.Client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(response, "Referrer-Policy"));
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Header(response, "Content-Security-Policy"));
        Assert.Equal("DENY", Header(response, "X-Frame-Options"));
        Assert.True(response.Headers.CacheControl!.NoStore);
        var id = Header(response, "X-Request-Id");
        if (status >= 400)
        {
            var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
            Assert.Contains(id, problem.GetProperty("traceId").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("order-7:retry.1", true)]
    [InlineData("with a space", false)]
    [InlineData("<script>", false)]
    public async Task Get_WithRequestId_ItComesBackIfItIsOne(string id, bool isKept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
        request.Headers.TryAddWithoutValidation("X-Request-Id", id);
        using var response = await impatient.Server.Client.SendAsync(request);

        Assert.Equal(isKept, Header(response, "X-Request-Id") == id);
    }

    [Fact]
    public async Task Get_WithTraceParent_IsASpanOfThatTrace()
    {
        const string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nothing");
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        using var response = await impatient.Server.Client.SendAsync(request);

        Assert.StartsWith($"00-{trace}-", Header(response, "traceparent"), StringComparison.Ordinal);
        Assert.DoesNotContain("00f067aa0ba902b7", Header(response, "traceparent"), StringComparison.Ordinal);
        Assert.Equal(trace, Header(response, "X-Request-Id"));
        Assert.Contains(trace, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_AHeadThatNeverEnds_IsCutOff()
    {
        using var client = await Connect();
        await client.GetStream().WriteAsync("GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: "u8.ToArray());

        Assert.StartsWith("HTTP/1.1 408", await ReadToEnd(client.GetStream()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_ABodyThatTrickles_IsCutOffWithAProblem()
    {
        using var client = await Connect();
        await client.GetStream().WriteAsync(
            "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"u8.ToArray());

        var answer = await ReadToEnd(client.GetStream());

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("traceId", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_ALargeBodyThatStops_IsCutOffThoughItsAverageIsFast()
    {
        using var client = await Connect();
        await client.GetStream().WriteAsync(
            "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n"u8.ToArray());
        await client.GetStream().WriteAsync(new byte[500_000]);

        var answer = await ReadToEnd(client.GetStream());

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("traceId", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_ChunksThatAreNone_IsAProblemAndTheEndOfTheConnection()
    {
        using var client = await Connect();
        await client.GetStream().WriteAsync(
            "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"u8.ToArray());

        var answer = await ReadToEnd(client.GetStream());

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.Contains("traceId", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("10.0.0.0/8", HttpStatusCode.TooManyRequests)]
    public async Task Predict_ForwardedFor_CountsOnlyFromATrustedProxy(string trusted, HttpStatusCode second)
    {
        var server = new ServerFixture(new()
        {
            ["Edge:TrustedProxies:0"] = trusted,
            // Without keys the door is open to this machine alone, and what was forwarded is from elsewhere.
            ["Security:AllowAnonymous"] = "true",
            ["Overload:RatePerSecond"] = "1",
            ["Overload:Burst"] = "1",
        });
        await server.InitializeAsync();
        try
        {
            for (var i = 1; i <= 2; i++)
            {
                // Sixty at once take a minute to be given back, however slow the machine is.
                var body = "[" + string.Join(',', Enumerable.Repeat("""{"amount":1}""", 60)) + "]";
                using var request = new HttpRequestMessage(HttpMethod.Post, "/predict/batch")
                {
                    Content = new StringContent(body, Encoding.UTF8, "application/json"),
                };
                request.Headers.Add("X-Forwarded-For", $"192.0.2.{i}");
                request.Headers.Add("X-Forwarded-Proto", "https");
                using var response = await server.Client.SendAsync(request);
                Assert.Equal(i == 1 ? HttpStatusCode.OK : second, response.StatusCode);
                Assert.Equal(second == HttpStatusCode.OK, response.Headers.Contains("Strict-Transport-Security"));
            }
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private async Task<TcpClient> Connect()
    {
        var client = new TcpClient();
        await client.ConnectAsync(impatient.Server.Client.BaseAddress!.Host, impatient.Server.Client.BaseAddress.Port);
        return client;
    }

    private static async Task<string> ReadToEnd(NetworkStream stream)
    {
        using var deadline = new CancellationTokenSource(Poll.Deadline);
        var answer = new StringBuilder();
        var buffer = new byte[4_096];
        try
        {
            while (await stream.ReadAsync(buffer, deadline.Token) is > 0 and var read)
            {
                answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (IOException) when (answer.Length > 0)
        {
            // Reset behind the answer, because what was sent is left unread.
        }

        return answer.ToString();
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();
}
