using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Fraud.Tests.Http.PredictStream;

/// <summary>A client of <c>POST /predict/stream</c> that reads and writes on its own terms: chunked over one socket.</summary>
internal sealed class LineClient : IDisposable
{
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(90));

    // Small, so that what it holds is a small part of the answers; with a few kilobytes each step of the window waits for a delayed
    // acknowledgement, 40 ms, and forty thousand lines take minutes.
    private readonly TcpClient _socket = new() { ReceiveBufferSize = 65_536, NoDelay = true };

    private readonly Queue<string> _lines = [];
    private string _rest = "";
    private System.IO.Stream _stream = System.IO.Stream.Null;
    private StreamReader _text = StreamReader.Null;

    public static async Task<LineClient> Open(Uri server)
    {
        var client = new LineClient();
        await client._socket.ConnectAsync(server.Host, server.Port);
        client._stream = client._socket.GetStream();
        client._text = new StreamReader(client._stream, Encoding.UTF8, false, 1_024);
        await client._stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /predict/stream HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"));
        return client;
    }

    public async Task<string> Head()
    {
        var head = new StringBuilder();
        while (await _text.ReadLineAsync(_deadline.Token) is { Length: > 0 } line)
        {
            head.AppendLine(line);
        }

        return head.ToString();
    }

    public async Task Send(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{bytes.Length:x}\r\n")), _deadline.Token);
        await _stream.WriteAsync(bytes, _deadline.Token);
        await _stream.WriteAsync("\r\n"u8.ToArray(), _deadline.Token);
    }

    public async Task End() => await _stream.WriteAsync("0\r\n\r\n"u8.ToArray(), _deadline.Token);

    /// <summary>The next line of the answer; null at its end.</summary>
    public async Task<string?> Line()
    {
        while (_lines.Count == 0)
        {
            if (await Chunk() is not { } chunk)
            {
                return null;
            }

            // A line may go on in the next chunk.
            var parts = (_rest + chunk).Split('\n');
            foreach (var line in parts[..^1])
            {
                _lines.Enqueue(line);
            }

            _rest = parts[^1];
        }

        return _lines.Dequeue();
    }

    private async Task<string?> Chunk()
    {
        if (await _text.ReadLineAsync(_deadline.Token) is not { Length: > 0 } size || size == "0")
        {
            return null;
        }

        // Answers are ASCII: as many characters as bytes.
        var characters = new char[int.Parse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture)];
        await _text.ReadBlockAsync(characters, _deadline.Token);
        await _text.ReadLineAsync(_deadline.Token);
        return new string(characters);
    }

    public void Dispose()
    {
        _text.Dispose();
        _socket.Dispose();
        _deadline.Dispose();
    }
}
