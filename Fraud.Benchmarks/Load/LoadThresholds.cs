using System.Globalization;

namespace Fraud.Benchmarks.Load;

/// <summary>What a load has to keep to.</summary>
public sealed record LoadThresholds
{
    /// <summary>Within this 99 % of the accepted requests are answered, from when they were due.</summary>
    public TimeSpan P99 { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Of all requests, 0 to 1: refused with 429 or 503.</summary>
    public double MaxShed { get; init; }

    /// <summary>Of all requests, 0 to 1: any other answer, none, or never sent.</summary>
    public double MaxFailed { get; init; }

    /// <summary>What was not kept to, in words; empty: the load passed.</summary>
    public IReadOnlyList<string> Broken(LoadReport report)
    {
        var broken = new List<string>();
        if (report.Accepted.Count == 0)
        {
            broken.Add("nothing was accepted");
        }
        else if (report.Accepted.P99Ms > P99.TotalMilliseconds)
        {
            broken.Add(string.Create(CultureInfo.InvariantCulture, $"p99 {report.Accepted.P99Ms:0.0} ms, expected at most {P99.TotalMilliseconds:0.0}"));
        }

        Share("shed", report.ShedShare, MaxShed);
        Share("failed", report.FailedShare, MaxFailed);
        return broken;

        void Share(string name, double share, double most)
        {
            if (share > most)
            {
                broken.Add(string.Create(CultureInfo.InvariantCulture, $"{share:0.00 %} {name}, expected at most {most:0.00 %}"));
            }
        }
    }
}
