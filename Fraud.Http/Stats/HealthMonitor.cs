using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fraud.Http.Stats;

/// <summary>
/// Looks at latency, memory and processor now and then, keeps what is beyond its limit for <c>GET /stats</c>, and
/// logs when that changes.
/// </summary>
internal sealed class HealthMonitor(
    StatsOptions options, ResourceUsage usage, StreamMetrics metrics, TimeProvider time, ILogger<HealthMonitor> log) : BackgroundService
{
    /// <summary>What is looked at: latency, memory and processor.</summary>
    public const int Watched = 3;

    // Fewer have no 95 %: one slow payment would be all of it.
    private const int LeastSamples = 20;

    private volatile IReadOnlyList<Excess> _excesses = [];
    private long _seen;

    /// <summary>What is beyond its limit now.</summary>
    public IReadOnlyList<Excess> Excesses => _excesses;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Look();
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    internal void Look()
    {
        usage.Sample();
        var before = _excesses;
        var recent = metrics.Recent.Read();
        // When nothing came since the last look, what was slow then is over.
        var latency = recent.Samples >= LeastSamples && recent.Predictions != _seen ? recent.P95Ms : 0;
        _seen = recent.Predictions;
        Excess[] all =
        [
            new("high_latency", latency, options.LatencyLimit.TotalMilliseconds),
            new("high_memory", usage.MemoryPercent, options.MemoryLimitPercent),
            new("high_cpu", usage.CpuPercent, options.CpuLimitPercent),
        ];
        Excess[] now = [.. all.Where(static one => one.Value > one.Limit)];
        _excesses = now;
        foreach (var one in now.Where(one => before.All(other => other.Name != one.Name)))
        {
            StatsLog.BeyondLimit(log, one.Name, one.Value, one.Limit);
        }

        foreach (var one in before.Where(one => now.All(other => other.Name != one.Name)))
        {
            StatsLog.WithinLimit(log, one.Name);
        }
    }
}

/// <summary>A value beyond its limit: latency (95 % of the last payments) in milliseconds, the rest in percent.</summary>
internal sealed record Excess(string Name, double Value, double Limit);
