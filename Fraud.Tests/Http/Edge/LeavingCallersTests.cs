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
        _server = new ServerFixture([], services => services.AddSingleton<ILoggerProvider>(_log));

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
        var request = Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type}\r\n{rest}");

        // Those whose reset comes before the service has read anything are none.
        await Poll.Until(async () =>
        {
            await SendAndReset(request);
            return await Count(path, "499") >= Callers;
        });

        Assert.Equal(0, await Count(path, "500"));
        Assert.Empty(_log.Troubles);
    }

    private async Task SendAndReset(byte[] request)
    {
        // Closed as it is: a TcpClient would say first that no more will come.
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        client.LingerState = new LingerOption(enable: true, seconds: 0);
        await client.ConnectAsync(IPAddress.Loopback, _server.Client.BaseAddress!.Port);
        await client.SendAsync(request);
        // By the time that this is answered, the service most likely waits for the rest of the body.
        await _server.Client.GetStringAsync(new Uri("/health/live", UriKind.Relative));
    }

    private async Task<double> Count(string path, string status)
    {
        var metrics = await _server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return metrics.Split('\n')
            .Where(line => line.StartsWith($"api_requests_total{{endpoint=\"{path}\",status=\"{status}\"", StringComparison.Ordinal))
            .Sum(static line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }
}
