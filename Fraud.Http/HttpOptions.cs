using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;

namespace Fraud.Http;

/// <summary>The front door. Config section "Http".</summary>
public sealed class HttpOptions : IValidatableObject
{
    public const string Section = "Http";

    /// <summary>Where to listen; several separated by ';'. Elsewhere than on this machine only with a key, or tokens.</summary>
    [Required]
    public string Urls { get; set; } = "http://127.0.0.1:8000";

    /// <summary>
    /// Where gRPC comes in without TLS: HTTP/2 from the first byte, which an address of <see cref="Urls"/> without TLS does
    /// not speak. Several separated by ';'; the same rule as there. With TLS gRPC is at <see cref="Urls"/>. Empty: nowhere.
    /// </summary>
    public string GrpcUrls { get; set; } = "";

    /// <summary>
    /// Where /metrics is without a key, and nothing else is: for a network that only Prometheus is in. http; several separated by ';'.
    /// Empty: nowhere, and /metrics of <see cref="Urls"/> needs the scope "metrics" like every other address its own.
    /// </summary>
    public string MetricsUrls { get; set; } = "";

    /// <summary>Connections beyond these are closed at once.</summary>
    // Each costs about 30 kB; ten thousand are 300 MB.
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Most payments in one batch request.</summary>
    // The limit that the reference systems state.
    [Range(1, 100_000)]
    public int MaxBatch { get; set; } = 1_000;

    /// <summary>Each of <see cref="Urls"/>.</summary>
    public IReadOnlyList<string> Addresses() => Split(Urls);

    /// <summary>Each of <see cref="GrpcUrls"/>.</summary>
    public IReadOnlyList<string> GrpcAddresses() => Split(GrpcUrls);

    /// <summary>Each of <see cref="MetricsUrls"/>.</summary>
    public IReadOnlyList<string> MetricsAddresses() => Split(MetricsUrls);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var url in MetricsAddresses())
        {
            if (!url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || !TryPort(url, out var port))
            {
                yield return new ValidationResult("MetricsUrls: expected http://ADDRESS:PORT", [nameof(MetricsUrls)]);
            }
            else if (port != 0 && Addresses().Concat(GrpcAddresses()).Any(other => TryPort(other, out var taken) && taken == port))
            {
                yield return new ValidationResult("MetricsUrls: expected other ports than those of Http:Urls and Http:GrpcUrls", [nameof(MetricsUrls)]);
            }
        }

        foreach (var url in GrpcAddresses())
        {
            if (!url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || !TryPort(url, out var port))
            {
                yield return new ValidationResult(
                    "GrpcUrls: expected http://ADDRESS:PORT; with TLS gRPC is at the https addresses of Http:Urls", [nameof(GrpcUrls)]);
            }
            else if (port != 0 && Addresses().Any(other => TryPort(other, out var taken) && taken == port))
            {
                yield return new ValidationResult("GrpcUrls: expected other ports than those of Http:Urls", [nameof(GrpcUrls)]);
            }
        }
    }

    private static string[] Split(string urls) => urls.Split(';', StringSplitOptions.RemoveEmptyEntries);

    private static bool TryPort(string url, out int port)
    {
        try
        {
            port = BindingAddress.Parse(url).Port;
            return true;
        }
        catch (FormatException)
        {
            port = 0;
            return false;
        }
    }
}
