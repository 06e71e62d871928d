using System.ComponentModel.DataAnnotations;

namespace Fraud.Http;

/// <summary>The front door. Config section "Http".</summary>
public sealed class HttpOptions
{
    public const string Section = "Http";

    /// <summary>Where to listen; several separated by ';'. Elsewhere than on this machine only with a key, or tokens.</summary>
    [Required]
    public string Urls { get; set; } = "http://127.0.0.1:8000";

    /// <summary>Connections beyond these are closed at once.</summary>
    // Each costs about 30 kB; ten thousand are 300 MB.
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Most payments in one batch request.</summary>
    // The limit that the reference systems state.
    [Range(1, 100_000)]
    public int MaxBatch { get; set; } = 1_000;
}
