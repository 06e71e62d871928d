using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fraud.Http.PredictStream;
using Fraud.Stream.Overload;
using Fraud.Tests.Support;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fraud.Tests.Http.PredictStream;

public sealed class PredictStreamTests : IAsyncLifetime
{
    private readonly ServerFixture _server = new(new Dictionary<string, string?>
    {
        ["Overload:RatePerSecond"] = "0",
        ["PredictStream:MaxInFlight"] = "100",
        ["PredictStream:MaxLineBytes"] = "1024",
        ["PredictStream:MaxStreams"] = "2",
        ["PredictStream:IdleTimeout"] = "00:00:20",
    }, static services => services.Configure<SocketTransportOptions>(static transport => transport.CreateBoundListenSocket = static endpoint =>
    {
        // What the system would hold for a slow client, megabytes, says nothing about the server.
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.SendBufferSize = 16_384;
        socket.ReceiveBufferSize = 16_384;
        return socket;
    }));

    private PredictStreamEndpoint Endpoint => _server.Services.GetRequiredService<PredictStreamEndpoint>();

    private AdmissionGate Gate => _server.Services.GetRequiredService<AdmissionGate>();

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Post_ChunksBreakOff_AnswersWhatCameAndSaysWhereToGoOn()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_server.Client.BaseAddress!.Host, _server.Client.BaseAddress.Port);
        await using var stream = socket.GetStream();
        using var reader = new StreamReader(stream);
        var line = Payment("whole") + "\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST /predict/stream HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n{line.Length:x}\r\n{line}\r\n")));
        var answer = "";
        while (!answer.Contains("\"whole\"", StringComparison.Ordinal))
        {
            answer += await reader.ReadLineAsync().WaitAsync(Poll.Deadline) ?? throw new EndOfStreamException(answer);
        }

        await stream.WriteAsync("no length\r\n"u8.ToArray());
        // To its end: the connection is closed.
        answer = await reader.ReadToEndAsync().WaitAsync(Poll.Deadline);

        Assert.Contains("\"next_line\":2", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n0\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_WrongLinesAmongGoodOnes_AnswersEachInOrderWithItsNumber()
    {
        var body = string.Join(
            '\n',
            Payment("a"), "", "{", """{"transaction_id":"x","card_id":"c","amount":-1}""", new string('x', 5_000),
            """{"transaction_id":"y","card_id":"4111111111111111","amount":1}""", Payment("b") + "\r", Payment("a"));

        using var answer = await _server.Post("/predict/stream", body, "application/x-ndjson; charset=utf-8");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("4111", text, StringComparison.Ordinal);
        Assert.Equal(
            ["1 a", "3 400 body", "4 400 amount", "5 413 line", "6 400 card_id", "7 b"],
            text.TrimEnd().Split('\n')[..6].Select(Summary));
        // The repeat finds its first one stored, or still on its way.
        Assert.StartsWith("8 ", Summary(text.TrimEnd().Split('\n')[6]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_FortyThousandLinesAndASlowReader_ReadsNoMoreThanItMayHoldAndAnswersAll()
    {
        // More than the system's own buffers hold, which are some megabytes.
        const int Lines = 40_000;
        using var client = await LineClient.Open(_server.Client.BaseAddress!);
        Assert.StartsWith("HTTP/1.1 200", await client.Head(), StringComparison.Ordinal);
        var sent = 0;
        var sending = Task.Run(async () =>
        {
            // Long lines, so that what sockets hold is a small part of it all.
            for (; sent < Lines; sent++)
            {
                await client.Send(Payment(string.Create(CultureInfo.InvariantCulture, $"s{sent}"), 700) + "\n");
            }

            await client.End();
        });

        // Nothing is read: the stream comes to a stand with most of it unread.
        var (before, stood) = (-1L, 0);
        await Poll.Until(() =>
        {
            stood = Gate.Admitted == before && before > 0 ? stood + 1 : 0;
            before = Gate.Admitted;
            return stood > 200;
        });
        Assert.False(sending.IsCompleted);
        Assert.InRange(Gate.Admitted, 100, Lines / 2);
        Assert.Equal(0, Gate.InFlight);

        for (var i = 1; i <= Lines; i++)
        {
            var line = await client.Line();
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{i} s{i - 1}"), Summary(line!));
        }

        Assert.Null(await client.Line());
        await sending;
        Assert.Equal(Lines, Gate.Admitted);
    }

    [Fact]
    public async Task Post_LineByLine_IsAnsweredAtOnce()
    {
        using var client = await LineClient.Open(_server.Client.BaseAddress!);
        await client.Head();
        for (var i = 1; i <= 5; i++)
        {
            await client.Send(Payment($"ping-{i}") + "\n");
            Assert.Equal($"{i} ping-{i}", Summary((await client.Line())!));
        }

        await client.End();
        Assert.Null(await client.Line());
    }

    [Fact]
    public async Task Post_ClientLeaves_EndsTheStream()
    {
        using (var client = await LineClient.Open(_server.Client.BaseAddress!))
        {
            await client.Head();
            await client.Send(Payment("gone") + "\n");
            Assert.Equal(1, Endpoint.Streams);
        }

        await Poll.Until(() => Endpoint.Streams == 0 && Gate.InFlight == 0);
    }

    [Fact]
    public async Task Post_ServiceStops_AnswersWhatItReadAndSaysWhereToGoOn()
    {
        using var client = await LineClient.Open(_server.Client.BaseAddress!);
        await client.Head();
        await client.Send(Payment("d1") + "\n" + Payment("d2") + "\n");
        Assert.Equal("1 d1", Summary((await client.Line())!));

        _server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Equal("2 d2", Summary((await client.Line())!));
        var last = JsonDocument.Parse((await client.Line())!).RootElement;
        Assert.Equal(3, last.GetProperty("next_line").GetInt64());
        Assert.Equal(503, last.GetProperty("error").GetProperty("status").GetInt32());
        Assert.Null(await client.Line());
    }

    [Fact]
    public async Task Post_MoreStreamsThanAllowedOrNoLines_IsRefused()
    {
        using var one = await LineClient.Open(_server.Client.BaseAddress!);
        using var two = await LineClient.Open(_server.Client.BaseAddress!);
        await one.Head();
        await two.Head();

        using var three = await _server.Post("/predict/stream", Payment("x"), "application/x-ndjson");
        using var array = await _server.Post("/predict/stream", "[]");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, three.StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, array.StatusCode);
    }

    private static string Payment(string id, int padding = 0) =>
        $$"""{"transaction_id":"{{id}}","card_id":"card-{{id}}","terminal_id":"t","amount":5,"more":"{{new string('.', padding)}}"}""";

    /// <summary>"line id" of an answer, "line status field" of an error.</summary>
    private static string Summary(string line)
    {
        var json = JsonDocument.Parse(line).RootElement;
        return new StringBuilder(json.GetProperty("line").GetRawText()).Append(' ').Append(
            json.TryGetProperty("error", out var error)
                ? $"{error.GetProperty("status")} {(error.TryGetProperty("field", out var field) ? field.GetString() : "")}"
                : json.GetProperty("transaction_id").GetString()).ToString();
    }
}
