using System.ComponentModel.DataAnnotations;

namespace Fraud.Http.PredictStream;

/// <summary>Payments line by line over one request. Config section "PredictStream".</summary>
public sealed class PredictStreamOptions
{
    public const string Section = "PredictStream";

    /// <summary>Streams of this node at a time; the next is refused with 503.</summary>
    [Range(1, 10_000)]
    public int MaxStreams { get; set; } = 64;

    /// <summary>Lines of one stream that were read and whose answers have not left yet. Nothing more is read meanwhile.</summary>
    // A full micro-batch, so that one stream alone can keep the model busy.
    [Range(1, 100_000)]
    public int MaxInFlight { get; set; } = 256;

    /// <summary>Longest line, in bytes.</summary>
    // A payment with 30 features is about 600.
    [Range(256, 1_048_576)]
    public int MaxLineBytes { get; set; } = 65_536;

    /// <summary>A stream that brings no line for this long is ended.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>A client that takes no answer for this long is dropped.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
