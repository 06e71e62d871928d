using System.ComponentModel.DataAnnotations;
using Fraud.Stream.Tracing;

namespace Fraud.Http.Telemetry;

/// <summary>Metrics pushed over OTLP, beside those that are scraped. Config section "MetricsExport".</summary>
public sealed class MetricsExportOptions : IValidatableObject
{
    public const string Section = "MetricsExport";

    /// <summary>Where the collector listens, such as http://otel:4318. Empty: nothing is pushed.</summary>
    public string Endpoint { get; set; } = "";

    public OtlpProtocol Protocol { get; set; }

    /// <summary>Sent with every export: NAME=VALUE, several with commas between them. Often a secret.</summary>
    public string Headers { get; set; } = "";

    /// <summary>From one export to the next.</summary>
    // The specification's default.
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest that one export may take; the next one has the same totals, so nothing but time is lost.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ExportTimeout { get; set; } = TimeSpan.FromSeconds(5);

    public bool IsOn => Endpoint.Length > 0;

    /// <summary>The address that is posted to.</summary>
    // A method, because every property is looked at when settings are checked.
    public Uri ToAddress() => OtlpAddress.Of(Endpoint, Protocol, "/v1/metrics");

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        OtlpAddress.Validate(Endpoint, nameof(Endpoint), Headers, nameof(Headers));
}
