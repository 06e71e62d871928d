using System.Text;

namespace Fraud.Faults.Fuzz;

/// <summary>Changes request line and headers.</summary>
internal sealed class HeadMutator(Random random)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "predict", "G\tT", "PRI"];

    private static readonly string[] PathParts =
    [
        "/", "//", "/..", "/%2e%2e/", "/.", "%00", "%zz", "%c3%28", "/%F0%9F%92%B3", "?", "?a=1&a=2", "?limit=-1", "?limit=99999999999999",
        "?offset=abc", "?from=x&to=y", "#x", ";a=b", "\\", "/*", "/{id}", "?%", "&&&&", "%0d%0aX-Injected:%201", "/..;/", "?min_score=NaN",
        "?limit=1&limit=2", "/versions/", "/%2F",
    ];

    private static readonly (string Name, string Value)[] Odd =
    [
        ("Content-Type", "text/plain"), ("Content-Type", "application/json; charset=utf-16"), ("Content-Type", "application/xml"),
        ("Content-Type", "application/json;"), ("Content-Type", "a/b/c;;=\""), ("Content-Type", ""), ("Content-Encoding", "gzip"),
        ("Accept", "image/png"), ("Accept-Encoding", "gzip, br;q=nan"), ("Expect", "100-continue"), ("Expect", "the-unexpected"),
        ("Idempotency-Key", "\"\""), ("Idempotency-Key", "\"fuzz-key-1\""), ("Idempotency-Key", "two words"), ("Idempotency-Key", "\"a\", \"b\""),
        ("X-Request-Timeout", "1ms"), ("X-Request-Timeout", "-5s"), ("X-Request-Timeout", "1e9s"), ("X-Request-Timeout", "5ms"),
        ("Request-Timeout", "0.000001"), ("Request-Timeout", "NaN"), ("Request-Timeout", "99999999999999999999"),
        ("X-Request-Id", "a b"), ("X-Request-Id", "\"><script>"), ("traceparent", "00-zz-zz-00"), ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        ("tracestate", "a=b,,,=,"), ("baggage", "%%%=1"), ("X-Forwarded-For", "203.0.113.9, 127.0.0.1"), ("X-Forwarded-For", "not-an-address"),
        ("X-Forwarded-Proto", "https"), ("Forwarded", "for=;;;"), ("Origin", "null"), ("Origin", "https://evil.example"), ("Host", ""), ("Host", "a b"),
        ("Host", "evil.example:99999"), ("Cookie", "a=b; c"), ("Range", "bytes=0-0,-1"), ("If-Match", "W/\"x\""), ("If-None-Match", "*"),
        ("X-HTTP-Method-Override", "DELETE"), ("Last-Event-ID", "-1"), ("Last-Event-ID", "9999999999999999999999"), ("Stripe-Signature", "t=,v1="),
        ("Stripe-Signature", "t=99999999999999999999,v1=zz,v1=,v0=x"), ("Inference-Header-Content-Length", "-1"), ("Inference-Header-Content-Length", "99999999"),
        ("Connection", "close"), ("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c"),
        ("Upgrade", "websocket"), ("Transfer-Encoding", "identity"), ("TE", "trailers"), ("Keep-Alive", "timeout=0"), ("Max-Forwards", "0"),
    ];

    public (string Method, string Path) Line(string method, string path, StringBuilder log)
    {
        if (random.Next(3) == 0)
        {
            log.Append(" method");
            return (Methods[random.Next(Methods.Length)], path);
        }

        log.Append(" path");
        var part = PathParts[random.Next(PathParts.Length)];
        var at = random.Next(1, path.Length + 1);
        return (method, random.Next(6) switch
        {
            0 => path + new string('a', random.Next(1, 9_000)),
            1 => path[..at],
            2 => "*",
            3 => "http://evil.example" + path,
            4 => path.ToUpperInvariant() + part,
            _ => path.Insert(at, part),
        });
    }

    public void Headers(List<(string Name, string Value)> headers, StringBuilder log)
    {
        for (var times = 1 + random.Next(3); times > 0; times--)
        {
            switch (random.Next(10))
            {
                case 0:
                    log.Append(" header:gone");
                    headers.RemoveAt(random.Next(headers.Count));
                    break;
                case 1:
                    log.Append(" header:twice");
                    headers.Add(headers[random.Next(headers.Count)]);
                    break;
                case 2:
                    log.Append(" header:long");
                    headers.Add(("X-Long", new string('x', random.Next(1, 40_000))));
                    break;
                case 3:
                    log.Append(" header:many");
                    headers.AddRange(Enumerable.Range(0, random.Next(1, 150)).Select(static i => ($"X-{i}", "1")));
                    break;
                case 4:
                    log.Append(" header:bytes");
                    headers.Add(("X-Bytes", string.Concat(Enumerable.Range(0, 20).Select(_ => (char)random.Next(1, 256)))));
                    break;
                default:
                    var odd = Odd[random.Next(Odd.Length)];
                    log.Append(" header:").Append(odd.Name);
                    headers.RemoveAll(header => random.Next(2) == 0 && header.Name == odd.Name);
                    headers.Add(odd);
                    break;
            }

            if (headers.Count == 0)
            {
                headers.Add(("Host", "fuzz"));
            }
        }
    }
}
