using System.Buffers.Text;
using System.Text;

namespace Fraud.Benchmarks.Load;

/// <summary>Finds the end of an HTTP/1.1 response in what has been received of it.</summary>
public readonly record struct ResponseHead(int Status, bool Close)
{
    /// <summary>False while bytes are missing; else the response and how many bytes it took.</summary>
    /// <exception cref="InvalidDataException">The bytes are no HTTP/1.1 response with a length.</exception>
    public static bool TryParse(ReadOnlySpan<byte> received, out ResponseHead response, out int length)
    {
        response = default;
        length = 0;
        var end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        // "HTTP/1.1 200 OK"
        if (end < 12 || !received.StartsWith("HTTP/1."u8) || !Utf8Parser.TryParse(received.Slice(9, 3), out int status, out _))
        {
            throw new InvalidDataException("expected an HTTP/1.1 response");
        }

        var (bodyLength, chunked, close) = ((int?)null, false, received[7] == (byte)'0');
        var rest = received[..end];
        while (rest.IndexOf("\r\n"u8) is >= 0 and var line)
        {
            rest = rest[(line + 2)..];
            var header = rest.IndexOf("\r\n"u8) is >= 0 and var next ? rest[..next] : rest;
            if (TryValue(header, "content-length:"u8, out var value))
            {
                bodyLength = Utf8Parser.TryParse(value, out int number, out _) && number >= 0
                    ? number
                    : throw new InvalidDataException("Content-Length: expected a number");
            }
            else if (TryValue(header, "transfer-encoding:"u8, out value))
            {
                chunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
            }
            else if (TryValue(header, "connection:"u8, out value))
            {
                close = Ascii.EqualsIgnoreCase(value, "close"u8);
            }
        }

        response = new ResponseHead(status, close);
        var start = end + 4;
        if (chunked)
        {
            return TryEndOfChunks(received, start, out length);
        }

        bodyLength ??= status is 204 or 304 ? 0 : throw new InvalidDataException("expected Content-Length or chunks");
        length = start + bodyLength.Value;
        return received.Length >= length;
    }

    private static bool TryEndOfChunks(ReadOnlySpan<byte> received, int at, out int length)
    {
        length = 0;
        while (received[at..].IndexOf("\r\n"u8) is >= 0 and var line)
        {
            if (!Utf8Parser.TryParse(received.Slice(at, line), out int size, out _, 'X') || size < 0)
            {
                throw new InvalidDataException("expected the size of a chunk");
            }

            // The chunk and the line end after it. Trailers are not asked for, so none come.
            at += line + 2 + size + 2;
            if (at > received.Length)
            {
                return false;
            }

            if (size == 0)
            {
                length = at;
                return true;
            }
        }

        return false;
    }

    private static bool TryValue(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (header.Length < name.Length || !Ascii.EqualsIgnoreCase(header[..name.Length], name))
        {
            return false;
        }

        value = header[name.Length..].Trim((byte)' ');
        return true;
    }
}
