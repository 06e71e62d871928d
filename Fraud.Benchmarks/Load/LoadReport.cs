using System.Globalization;
using System.Text;
using System.Text.Json;
using HdrHistogram;

namespace Fraud.Benchmarks.Load;

/// <summary>The result of a load. Each request is in exactly one of the outcomes.</summary>
/// <param name="Offered">Requests that were due within the duration.</param>
/// <param name="Unsent">Due, but no connection came free in time.</param>
/// <param name="RequestsPerSecond">Answers of any kind, a second.</param>
public sealed record LoadReport(
    long Offered,
    LoadOutcome Accepted,
    LoadOutcome Shed,
    LoadOutcome Failed,
    LoadOutcome Unanswered,
    long Unsent,
    double Seconds,
    double RequestsPerSecond)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Which model versions answered; null when nobody asked.</summary>
    public LoadVersions? Versions { get; init; }

    /// <summary>Of the requests that were due, 0 to 1.</summary>
    public double AcceptedShare => Share(Accepted.Count);

    public double ShedShare => Share(Shed.Count);

    /// <summary>Failed, unanswered and unsent.</summary>
    public double FailedShare => Share(Failed.Count + Unanswered.Count + Unsent);

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine("                    count      p50 ms      p99 ms    p99.9 ms      max ms");
        Row("accepted (2xx)", Accepted);
        Row("shed (429, 503)", Shed);
        Row("failed", Failed);
        Row("unanswered", Unanswered);
        text.Append(CultureInfo.InvariantCulture, $"{Offered:N0} due, {Unsent:N0} of them unsent, in {Seconds:N1} s: {RequestsPerSecond:N0} answers/s");
        if (Versions is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nmodel versions: changed {Versions.FewestChanges} to {Versions.MostChanges} times on each connection");
            foreach (var step in Versions.Steps)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n  {step.Version}: {step.Answers:N0} answers, {step.First:HH:mm:ss.fff} to {step.Last:HH:mm:ss.fff}");
            }
        }

        return text.ToString();

        void Row(string name, LoadOutcome outcome) => text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{name,-15} {outcome.Count,9:N0} {outcome.P50Ms,11:N2} {outcome.P99Ms,11:N2} {outcome.P999Ms,11:N2} {outcome.MaxMs,11:N2}");
    }

    private double Share(long count) => Offered == 0 ? 0 : (double)count / Offered;
}

/// <summary>Requests that ended alike. Times count from when the request was due, not from when it was sent.</summary>
public sealed record LoadOutcome(long Count, double P50Ms, double P99Ms, double P999Ms, double MaxMs)
{
    public double MeanMs { get; init; }

    public double P90Ms { get; init; }

    public double P95Ms { get; init; }

    public static LoadOutcome Of(HistogramBase times) => new(
        times.TotalCount,
        Round(times.Quantile(0.5)),
        Round(times.Quantile(0.99)),
        Round(times.Quantile(0.999)),
        Round(times.Quantile(1)))
    {
        MeanMs = Round(times.Mean()),
        P90Ms = Round(times.Quantile(0.9)),
        P95Ms = Round(times.Quantile(0.95)),
    };

    private static double Round(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}
