using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Fraud.Tests.Stream.Support;
using Fraud.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fraud.Tests.Http.Edge;

/// <summary>Callers who leave in mid-body are no failures of the service: nobody is woken for them.</summary>
public sealed class LeavingCallersTests : IAsyncLifetime
{
    private const int Callers = 20;

    private readonly RecordingLog _log = new();
    private readonly ServerFixture _server;

    public LeavingCallersTests() =>
        _server = new ServerFixture(new() { ["Http:GrpcUrls"] = "http://127.0.0.1:0" }, services => services.AddSingleton<ILoggerProvider>(_log));

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("/predict", "application/json", "Content-Length: 500\r\n\r\n{\"amount\":")]
    [InlineData("/predict", "application/json", "Transfer-Encoding: chunked\r\n\r\n50\r\n{\"amount\":")]
    [InlineData("/predict/batch", "application/json", "Content-Length: 500\r\n\r\n[{\"amount\":")]
    [InlineData("/labels", "application/json", "Content-Length: 500\r\n\r\n[")]
    [InlineData("/predict/stream", "application/x-ndjson", "Content-Length: 500\r\n\r\n{\"amount\":")]
    [InlineData("/predict/stream", "application/x-ndjson", "Transfer-Encoding: chunked\r\n\r\n50\r\n{\"amount\":")]
    public async Task Reset_InMidBody_IsCountedAsTheCallersAndLogsNoError(string path, string type, string rest)
    {
        // Asked to say when it wants the body, the service answers once it reads it: a reset before that is no caller's leaving.
        var request = Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: {type}\r\n{rest}");

        for (var i = 0; i < Callers; i++)
        {
            await SendAndReset(request);
        }

        await Poll.Until(async () => await Count(path, "499") == Callers);
        Assert.Equal(0, await Count(path, "500"));
        Assert.Empty(_log.Troubles);
    }

    [Fact]
    public async Task Cancel_OneRequestOverHttp2_LeavesTheConnectionToTheOthers()
    {
        var connections = 0;
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                Interlocked.Increment(ref connections);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler)
        {
            // Without TLS the port of gRPC is the one that speaks HTTP/2.
            BaseAddress = new Uri(_server.Urls.Last()),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var leaving = new CancellationTokenSource();
        using var body = new HalfBody { Headers = { ContentType = new("application/json") } };

        var left = client.PostAsync(new Uri("/predict", UriKind.Relative), body, leaving.Token);
        await body.HalfSent;
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await Poll.Until(async () => await Count("/predict", "499") == 1);
        using var nothing = new ByteArrayContent([]) { Headers = { ContentType = new("application/json") } };
        using var next = await client.PostAsync(new Uri("/predict", UriKind.Relative), nothing);

        Assert.Equal(HttpStatusCode.BadRequest, next.StatusCode);
        Assert.Equal(1, connections);
        Assert.Empty(_log.Troubles);
    }

    private async Task SendAndReset(byte[] request)
    {
        // Closed as it is: a TcpClient would say first that no more will come.
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        client.LingerState = new LingerOption(enable: true, seconds: 0);
        await client.ConnectAsync(IPAddress.Loopback, _server.Client.BaseAddress!.Port);
        await client.SendAsync(request);
        var answer = new byte[64];
        var read = await client.ReceiveAsync(answer);
        // Of /predict/stream, whose answers come while it reads, the head of all of them.
        Assert.Matches("^HTTP/1.1 [12]00 ", Encoding.ASCII.GetString(answer, 0, read));
    }

    private async Task<double> Count(string path, string status)
    {
        var metrics = await _server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return metrics.Split('\n')
            .Where(line => line.StartsWith($"api_requests_total{{endpoint=\"{path}\",status=\"{status}\"", StringComparison.Ordinal))
            .Sum(static line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Sends some bytes, and then waits until nobody wants the rest.</summary>
    private sealed class HalfBody : HttpContent
    {
        private readonly TaskCompletionSource _halfSent = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HalfSent => _halfSent.Task;

        protected override Task SerializeToStreamAsync(System.IO.Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(System.IO.Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync("half"u8.ToArray(), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            _halfSent.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
