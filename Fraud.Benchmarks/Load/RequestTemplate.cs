using System.Globalization;
using System.Text;

namespace Fraud.Benchmarks.Load;

/// <summary>Writes the bytes of request number n. Each request names a payment of its own. Thread-safe.</summary>
public sealed class RequestTemplate
{
    // Numbers are padded to these, so that every body has the same length and the header is written once.
    internal const int IdDigits = 12;
    internal const int CardDigits = 8;

    // Consecutive requests go to cards far from each other; prime.
    internal const int CardStep = 7_919;

    private const string Payment =
        """{"transaction_id":"{id}","card_id":"{card}","terminal_id":"load-terminal","amount":12.34,"event_time":{time}}""";

    private readonly byte[] _bytes;
    private readonly List<int> _idAt = [];
    private readonly List<int> _cardAt = [];
    private readonly int _cards;

    /// <param name="run">Sets the ids of this run apart from those of earlier ones.</param>
    public RequestTemplate(LoadOptions options, DateTimeOffset now, string run)
    {
        _cards = options.Cards;
        var body = options.Body is null
            ? Payment.Replace("{time}", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            : Encoding.UTF8.GetString(options.Body);
        body = body
            .Replace("{id}", $"load-{run}-{new string('\u0001', IdDigits)}", StringComparison.Ordinal)
            .Replace("{card}", $"load-card-{new string('\u0002', CardDigits)}", StringComparison.Ordinal);
        var key = options.ApiKey is { } text ? $"X-API-Key: {text}\r\n" : "";
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST {options.Address.PathAndQuery} HTTP/1.1\r\nHost: {options.Address.Authority}\r\nContent-Type: application/json\r\n{key}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n");
        _bytes = Encoding.UTF8.GetBytes(head + body);
        Find(1, IdDigits, _idAt);
        Find(2, CardDigits, _cardAt);
    }

    public int Length => _bytes.Length;

    /// <summary>Copies everything that all requests share; once for each buffer.</summary>
    public void Prepare(Span<byte> buffer) => _bytes.CopyTo(buffer);

    /// <summary>Puts the identifiers of a request into a prepared buffer.</summary>
    public void Number(Span<byte> buffer, long request)
    {
        foreach (var at in _idAt)
        {
            WriteDigits(buffer.Slice(at, IdDigits), request);
        }

        foreach (var at in _cardAt)
        {
            WriteDigits(buffer.Slice(at, CardDigits), request * CardStep % _cards);
        }
    }

    private static void WriteDigits(Span<byte> into, long number)
    {
        for (var i = into.Length - 1; i >= 0; i--)
        {
            into[i] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }

    private void Find(byte mark, int digits, List<int> into)
    {
        for (var at = 0; _bytes.AsSpan(at).IndexOf(mark) is >= 0 and var offset; at += offset + digits)
        {
            into.Add(at + offset);
        }
    }
}
