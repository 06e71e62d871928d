using System.Globalization;
using System.Text.Json;

namespace Fraud.Cli.Feed;

/// <summary>The result of a feed.</summary>
/// <param name="Seconds">From the first payment until the service had taken the last.</param>
public sealed record FeedReport(
    long Payments, long Labels, long Accepted, long Shed, long Failed, double Seconds, double PaymentsPerSecond)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static FeedReport Of(FeedTotals totals, TimeSpan elapsed) => new(
        totals.Sent,
        totals.Labels,
        totals.Accepted,
        totals.Shed,
        totals.Failed,
        Math.Round(elapsed.TotalSeconds, 3),
        Math.Round(totals.Accepted / Math.Max(elapsed.TotalSeconds, 1e-9), 1));

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Payments:N0} payments ({Accepted:N0} accepted, {Shed:N0} shed, {Failed:N0} failed), {Labels:N0} labels in {Seconds:N1} s: {PaymentsPerSecond:N0} payments/s");
}
