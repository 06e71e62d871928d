using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Fraud.Http.Edge;

/// <summary>What every request passes before it reaches its address. Config section "Edge".</summary>
public sealed class EdgeOptions : IValidatableObject
{
    public const string Section = "Edge";

    /// <summary>Longest that the head of a request may take to arrive.</summary>
    // Kestrel's is 30 s; a payment's head is one packet, and who trickles it holds a connection.
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A connection without requests is closed after this long.</summary>
    // Kestrel's: longer than the two minutes that proxies keep theirs.
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(130);

    /// <summary>A body that comes, or an answer that is taken, more slowly than this is given up after the grace time. 0: never.</summary>
    // Kestrel's: a modem of 2,400 baud.
    [Range(0, 1_000_000_000)]
    public int MinBytesPerSecond { get; set; } = 240;

    /// <summary>How long a body or an answer may be slower than <see cref="MinBytesPerSecond"/>.</summary>
    // Kestrel's; it looks once a second.
    [Range(typeof(TimeSpan), "00:00:01.001", "00:10:00")]
    public TimeSpan SlowGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest that the body of a request may take to arrive, from when it is waited for.</summary>
    // The largest body that is taken, 1 MB, at 35 kB/s.
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest request line, in bytes.</summary>
    // Kestrel's.
    [Range(256, 1_048_576)]
    public int MaxRequestLineBytes { get; set; } = 8_192;

    /// <summary>All headers of a request together, in bytes.</summary>
    // Kestrel's; the largest token or trace baggage seen in the field is a quarter of it.
    [Range(1_024, 1_048_576)]
    public int MaxHeaderBytes { get; set; } = 32_768;

    /// <summary>Requests at a time on one HTTP/2 connection.</summary>
    // Kestrel's.
    [Range(1, 10_000)]
    public int MaxStreamsPerConnection { get; set; } = 100;

    /// <summary>
    /// Proxies, as addresses or networks (10.0.0.0/8), whose X-Forwarded-For and X-Forwarded-Proto are believed. Of
    /// everyone else they mean nothing.
    /// </summary>
    public IList<string> TrustedProxies { get; set; } = [];

    /// <summary>How long browsers insist on TLS once they were here over TLS. 0: they are not told.</summary>
    // A year, as the references have it.
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan StrictTransport { get; set; } = TimeSpan.FromDays(365);

    /// <summary>Who may show pages of this service in a frame, as Content-Security-Policy has it.</summary>
    [RegularExpression("^[!-~ ]+$")]
    public string FrameAncestors { get; set; } = "'none'";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var proxy in TrustedProxies)
        {
            if (!IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _))
            {
                yield return new ValidationResult(
                    "TrustedProxies: expected IP addresses or networks such as 10.0.0.0/8", [nameof(TrustedProxies)]);
            }
        }
    }
}
