using System.ComponentModel.DataAnnotations;

namespace Fraud.Stream.Tracing;

/// <summary>Spans of requests and payments, sent over OTLP. Config section "Tracing".</summary>
public sealed class TracingOptions : IValidatableObject
{
    public const string Section = "Tracing";

    /// <summary>Where the collector listens, such as http://otel:4318. Empty: nothing is traced.</summary>
    public string Endpoint { get; set; } = "";

    public OtlpProtocol Protocol { get; set; }

    /// <summary>Sent with every export: NAME=VALUE, several with commas between them. Often a secret.</summary>
    public string Headers { get; set; } = "";

    /// <summary>What the service is called in traces.</summary>
    [Required]
    public string ServiceName { get; set; } = "fraud-detection";

    /// <summary>Share of what comes without a trace of its own that is traced, by trace id.</summary>
    // A trace of a payment is seven spans: at 1 % of 10,000 payments a second that are 700 spans a second.
    [Range(0.0, 1.0)]
    public double SampleRatio { get; set; } = 0.01;

    /// <summary>A caller's trace is sampled if the caller says so; otherwise by its id, at the ratio.</summary>
    public bool HonourParent { get; set; } = true;

    /// <summary>Payments a second that get spans, whatever callers ask for; the rest keep their trace, without spans. 0: no limit.</summary>
    // 700 spans a second, which one core serializes and sends in about a hundredth of its time.
    [Range(0, 1_000_000)]
    public int MaxPaymentsPerSecond { get; set; } = 100;

    /// <summary>Whether spans name the payment by its transaction id.</summary>
    public bool TransactionIds { get; set; }

    /// <summary>Whether the traceparent of records is read. While tracing is on the client then builds an object for every record's headers.</summary>
    public bool KafkaParents { get; set; } = true;

    /// <summary>Spans that wait to be sent, about 1.5 kB each; further ones are dropped and counted.</summary>
    // The specification's default is 2048; this is twice that, 6 MB, for bursts of whole batches.
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; set; } = 4096;

    /// <summary>Most spans in one export.</summary>
    // The specification's default.
    [Range(1, 100_000)]
    public int MaxExportBatch { get; set; } = 512;

    /// <summary>Longest that a span waits for company.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ExportInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest that one export may take; its spans are lost then, and a stop waits no longer for the last one.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ExportTimeout { get; set; } = TimeSpan.FromSeconds(5);

    public bool IsOn => Endpoint.Length > 0;

    /// <summary>The address that is posted to.</summary>
    // A method, because every property is looked at when settings are checked.
    public Uri ToAddress() => OtlpAddress.Of(Endpoint, Protocol, "/v1/traces");

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var mistake in OtlpAddress.Validate(Endpoint, nameof(Endpoint), Headers, nameof(Headers)))
        {
            yield return mistake;
        }

        if (MaxExportBatch > QueueCapacity)
        {
            yield return new ValidationResult($"expected at most {Section}:{nameof(QueueCapacity)}", [nameof(MaxExportBatch)]);
        }
    }
}
