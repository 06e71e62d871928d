using System.Globalization;
using System.Text;

namespace Fraud.Faults.Fuzz;

/// <summary>What came back.</summary>
/// <param name="Status">0 when the connection ended without an answer.</param>
/// <param name="IsTimeout">Nothing came and the connection stayed open: a hang.</param>
public sealed record FuzzAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body, bool IsTimeout = false)
{
    public static FuzzAnswer Closed { get; } = new(0, new Dictionary<string, string>(), "");

    public static FuzzAnswer Hang { get; } = new(0, new Dictionary<string, string>(), "", IsTimeout: true);

    /// <summary>The server closes the connection after it.</summary>
    public bool Closes => Status == 0 || (Headers.TryGetValue("connection", out var connection) && connection.Contains("close", StringComparison.OrdinalIgnoreCase));

    public string? this[string name] => Headers.GetValueOrDefault(name.ToLowerInvariant());
}

/// <summary>Reads answers from what is received; strict, because this is also a check of what the server writes.</summary>
internal sealed class FuzzAnswerReader(Func<byte[], int> receive)
{
    private readonly byte[] _chunk = new byte[16 * 1024];
    private byte[] _received = [];

    /// <exception cref="InvalidDataException">What came is no HTTP/1.1 answer.</exception>
    public FuzzAnswer Read(bool isHead)
    {
        while (true)
        {
            var end = Until("\r\n\r\n"u8);
            if (end < 0)
            {
                return _received.Length == 0 ? FuzzAnswer.Closed : throw new InvalidDataException("the answer's head breaks off");
            }

            var lines = Encoding.Latin1.GetString(_received, 0, end).Split("\r\n");
            var words = lines[0].Split(' ', 3);
            if (words.Length < 2 || words[0] is not ("HTTP/1.1" or "HTTP/1.0") || !int.TryParse(words[1], CultureInfo.InvariantCulture, out var status))
            {
                throw new InvalidDataException("the answer does not begin with a status line");
            }

            var headers = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var line in lines.Skip(1))
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                var name = colon > 0 ? line[..colon].ToLowerInvariant() : throw new InvalidDataException("a header of the answer has no name");
                headers[name] = headers.TryGetValue(name, out var before) ? $"{before}, {line[(colon + 1)..].Trim()}" : line[(colon + 1)..].Trim();
            }

            Drop(end + 4);
            if (status is >= 100 and < 200)
            {
                // Go on, or the switch to another protocol, which nobody asked for in earnest.
                if (status == 101)
                {
                    return new FuzzAnswer(status, headers, "");
                }

                continue;
            }

            return new FuzzAnswer(status, headers, isHead || status is 204 or 304 ? "" : Body(headers));
        }
    }

    private string Body(Dictionary<string, string> headers)
    {
        if (headers.TryGetValue("content-type", out var type) && type.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            // It goes on for ever, rightly.
            return "";
        }

        if (headers.TryGetValue("transfer-encoding", out var coding) && coding == "chunked")
        {
            var body = new StringBuilder();
            while (true)
            {
                var end = Until("\r\n"u8);
                if (end < 0 || !int.TryParse(Encoding.ASCII.GetString(_received, 0, end), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var size))
                {
                    throw new InvalidDataException("the answer breaks off between chunks");
                }

                Drop(end + 2);
                body.Append(Take(size));
                Take(2);
                if (size == 0)
                {
                    return body.ToString();
                }
            }
        }

        if (headers.TryGetValue("content-length", out var length))
        {
            return Take(int.Parse(length, CultureInfo.InvariantCulture));
        }

        // Ends with the connection.
        while (Receive() > 0)
        {
        }

        return Take(_received.Length);
    }

    private string Take(int bytes)
    {
        while (_received.Length < bytes)
        {
            if (Receive() == 0)
            {
                throw new InvalidDataException("the answer's body is shorter than it says");
            }
        }

        var text = Encoding.UTF8.GetString(_received, 0, bytes);
        Drop(bytes);
        return text;
    }

    private int Until(ReadOnlySpan<byte> mark)
    {
        while (true)
        {
            var at = _received.AsSpan().IndexOf(mark);
            if (at >= 0 || Receive() == 0)
            {
                return at;
            }
        }
    }

    private int Receive()
    {
        var read = receive(_chunk);
        _received = [.. _received, .. _chunk.AsSpan(0, read)];
        return read;
    }

    private void Drop(int bytes) => _received = _received[bytes..];
}
