using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fraud.Faults.Fuzz;

/// <summary>Makes the request of a number: structure first, so that most of what is made reaches code behind the parsers.</summary>
public sealed class RequestMutator
{
    // The day, so that a request is the same all day: the service under test takes signatures of a day.
    private static readonly string SignedAt =
        new DateTimeOffset(TimeProvider.System.GetUtcNow().Date, TimeSpan.Zero).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private readonly int _seed;
    private readonly FuzzSeed[] _seeds;

    public RequestMutator(int seed, IEnumerable<FuzzSeed> seeds)
    {
        _seed = seed;
        _seeds = [.. seeds.SelectMany(static each => Enumerable.Repeat(each, each.Weight))];
    }

    public FuzzRequest Make(long number)
    {
        // Of the number alone, so that one request of a run can be made again by itself.
        var random = new Random(unchecked((int)((number * 2_654_435_761L) ^ (_seed * 40_503L))));
        var seed = _seeds[random.Next(_seeds.Length)];
        var log = new StringBuilder();
        var (method, path) = (seed.Method, seed.Path);
        var body = Encoding.UTF8.GetBytes(seed.Body);
        var headers = new List<(string Name, string Value)> { ("Host", "localhost") };
        headers.AddRange(seed.Headers);
        if (body.Length > 0)
        {
            headers.Add(("Content-Type", seed.ContentType));
        }

        var isMisframed = false;
        if (body.Length > 0 && random.Next(10) < 7)
        {
            body = new JsonMutator(random).Mutate(seed.Body, log);
            body = random.Next(6) == 0 ? Bytes(body, random, log) : body;
        }

        if (seed.SigningSecret is { } secret)
        {
            headers.Add(("Stripe-Signature", Signature(secret, body)));
        }

        if (random.Next(10) < 3)
        {
            (method, path) = new HeadMutator(random).Line(method, path, log);
        }

        if (random.Next(10) < 4)
        {
            new HeadMutator(random).Headers(headers, log);
            // The head may be refused before the body is looked at, or name another end of it.
            isMisframed = true;
        }

        if (log.Length == 0)
        {
            body = Bytes(body.Length == 0 ? "x"u8.ToArray() : body, random, log);
        }

        var framed = Frame(body, headers, random, log, ref isMisframed);
        var version = random.Next(60) == 0 ? Version(random, log, ref isMisframed) : "HTTP/1.1";
        var bytes = Join($"{method} {path} {version}\r\n", headers, framed);
        if (random.Next(25) == 0)
        {
            bytes = Bytes(bytes, random, log);
            isMisframed = true;
        }

        // Bytes that a request line does not hold come as they are: Kestrel is to refuse them.
        return new FuzzRequest(number, seed.Name, log.ToString().Trim(), bytes, isMisframed, method == "HEAD");
    }

    private static string Signature(string secret, byte[] body)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{SignedAt}."), .. body];
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed);
        return $"t={SignedAt},v1={Convert.ToHexStringLower(mac)}";
    }

    private static string Version(Random random, StringBuilder log, ref bool isMisframed)
    {
        log.Append(" version");
        isMisframed = true;
        return random.Next(4) switch { 0 => "HTTP/1.0", 1 => "HTTP/2.0", 2 => "HTTP/9.9", _ => "HTP/1.1" };
    }

    /// <summary>Says how long the body is; now and then wrongly.</summary>
    private static byte[] Frame(byte[] body, List<(string Name, string Value)> headers, Random random, StringBuilder log, ref bool isMisframed)
    {
        if (body.Length == 0)
        {
            return body;
        }

        switch (random.Next(40))
        {
            case 0:
                log.Append(" length:wrong");
                isMisframed = true;
                headers.Add(("Content-Length", (body.Length + random.Next(-10, 1_000)).ToString(CultureInfo.InvariantCulture)));
                return body;
            case 1:
                log.Append(" length:odd");
                isMisframed = true;
                headers.Add(("Content-Length", ((string[])["-1", "x", "1e3", "99999999999999999999", "0x10", "3, 3", ""])[random.Next(7)]));
                return body;
            case 2:
                log.Append(" length:huge");
                isMisframed = true;
                headers.Add(("Content-Length", random.NextInt64(1_048_577, 30_000_000_000).ToString(CultureInfo.InvariantCulture)));
                return body;
            case 3 or 4 or 5:
                log.Append(" chunked");
                headers.Add(("Transfer-Encoding", "chunked"));
                return Chunks(body, random);
            case 6:
                log.Append(" chunked:broken");
                isMisframed = true;
                headers.Add(("Transfer-Encoding", "chunked"));
                return Bytes(Chunks(body, random), random, log);
            case 7:
                log.Append(" chunked:and-length");
                isMisframed = true;
                headers.Add(("Transfer-Encoding", "chunked"));
                headers.Add(("Content-Length", body.Length.ToString(CultureInfo.InvariantCulture)));
                return Chunks(body, random);
            case 8:
                log.Append(" length:none");
                isMisframed = true;
                return body;
            default:
                headers.Add(("Content-Length", body.Length.ToString(CultureInfo.InvariantCulture)));
                return body;
        }
    }

    private static byte[] Chunks(byte[] body, Random random)
    {
        using var chunks = new MemoryStream();
        for (var at = 0; at < body.Length;)
        {
            var length = Math.Min(body.Length - at, random.Next(1, 2_000));
            chunks.Write(Encoding.ASCII.GetBytes(length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"));
            chunks.Write(body, at, length);
            chunks.Write("\r\n"u8);
            at += length;
        }

        chunks.Write("0\r\n\r\n"u8);
        return chunks.ToArray();
    }

    private static byte[] Bytes(byte[] bytes, Random random, StringBuilder log)
    {
        log.Append(" bytes");
        var changed = bytes.ToList();
        for (var times = 1 + random.Next(4); times > 0 && changed.Count > 0; times--)
        {
            var at = random.Next(changed.Count);
            switch (random.Next(6))
            {
                case 0:
                    changed[at] = (byte)random.Next(256);
                    break;
                case 1:
                    changed[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    changed.Insert(at, (byte)random.Next(256));
                    break;
                case 3:
                    changed.RemoveAt(at);
                    break;
                case 4:
                    changed.RemoveRange(at, changed.Count - at);
                    break;
                default:
                    changed.InsertRange(at, changed.GetRange(at, Math.Min(changed.Count - at, random.Next(1, 50))));
                    break;
            }
        }

        return [.. changed];
    }

    private static byte[] Join(string line, List<(string Name, string Value)> headers, byte[] body)
    {
        var head = new StringBuilder(line);
        foreach (var (name, value) in headers)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        head.Append("\r\n");
        return [.. Encoding.Latin1.GetBytes(head.ToString()), .. body];
    }
}
