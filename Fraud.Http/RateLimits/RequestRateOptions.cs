using System.ComponentModel.DataAnnotations;

namespace Fraud.Http.RateLimits;

/// <summary>
/// Requests a second that one caller (its key or token, else its address) may send to addresses of each class, and how many at
/// once on top; beyond that, 429. 0 a second switches a limit off. Payments, labels and inference have theirs in "Overload".
/// Config section "RequestRates".
/// </summary>
public sealed class RequestRateOptions
{
    public const string Section = "RequestRates";

    private const int Most = 10_000_000;

    /// <summary>Flagged payments, statistics, drift, the cluster, models, the audit log.</summary>
    // A review page asks about twice a second: twenty-five people with one key.
    [Range(0, Most)]
    public int ReadsPerSecond { get; set; } = 50;

    /// <summary>The same at once.</summary>
    // As many people who open the page in the same second, each with eight requests.
    [Range(1, Most)]
    public int ReadsBurst { get; set; } = 200;

    /// <summary>Decisions, trainings, models.</summary>
    // People decide once in some seconds; this is for scripts that bring the decisions of another system.
    [Range(0, Most)]
    public int ChangesPerSecond { get; set; } = 20;

    /// <summary>The same at once.</summary>
    [Range(1, Most)]
    public int ChangesBurst { get; set; } = 100;

    /// <summary>Pages, their files and the OpenAPI document.</summary>
    // The review page has a dozen files: four people a second behind one address.
    [Range(0, Most)]
    public int PagesPerSecond { get; set; } = 50;

    /// <summary>The same at once.</summary>
    [Range(1, Most)]
    public int PagesBurst { get; set; } = 300;

    /// <summary>Health, by HTTP and gRPC.</summary>
    // Load balancers and orchestrators ask once a second each, and a hundred of them may come from one address.
    [Range(0, Most)]
    public int ProbesPerSecond { get; set; } = 100;

    /// <summary>The same at once.</summary>
    [Range(1, Most)]
    public int ProbesBurst { get; set; } = 200;

    /// <summary>Metrics.</summary>
    // Prometheus asks every ten seconds; some of them, and people who look.
    [Range(0, Most)]
    public int MetricsPerSecond { get; set; } = 5;

    /// <summary>The same at once.</summary>
    [Range(1, Most)]
    public int MetricsBurst { get; set; } = 20;

    /// <summary>Webhooks, by the address that they come from: no key tells them apart.</summary>
    // A busy merchant's charges; Stripe repeats what is refused, for days.
    [Range(0, Most)]
    public int WebhooksPerSecond { get; set; } = 200;

    /// <summary>The same at once.</summary>
    // What Stripe sends at once when an endpoint is back after a minute.
    [Range(1, Most)]
    public int WebhooksBurst { get; set; } = 1_000;
}
