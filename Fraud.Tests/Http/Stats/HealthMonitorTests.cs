using Fraud.Http.Stats;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fraud.Tests.Http.Stats;

/// <summary>The alarms that a node raises of itself, and that their limits are the reference system's unless settings say others.</summary>
public sealed class HealthMonitorTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ResourceUsage _usage;

    public HealthMonitorTests() => _usage = new ResourceUsage(_time);

    [Fact]
    public void Look_ProcessorsBeyondTheirLimit_IsListed()
    {
        var used = Environment.CpuUsage.TotalTime;
        while (Environment.CpuUsage.TotalTime - used < TimeSpan.FromMilliseconds(20) * Environment.ProcessorCount)
        {
            Thread.SpinWait(10_000);
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        var excess = Look(new StatsOptions { MemoryLimitPercent = 100, CpuLimitPercent = 1 });

        Assert.Equal(90, new StatsOptions().CpuLimitPercent);
        Assert.Equal(("high_cpu", 1.0), (excess.Name, excess.Limit));
        Assert.True(excess.Value >= 1.5, $"{excess.Value} %");
    }

    [Fact]
    public void Look_MemoryBeyondItsLimit_IsListed()
    {
        var excess = Look(new StatsOptions { MemoryLimitPercent = 0.0001, CpuLimitPercent = 100 });

        Assert.Equal(80, new StatsOptions().MemoryLimitPercent);
        Assert.Equal(("high_memory", 0.0001), (excess.Name, excess.Limit));
        Assert.InRange(excess.Value, 0.001, 100);
    }

    private Excess Look(StatsOptions options)
    {
        using var metrics = new StreamMetrics(_time);
        using var monitor = new HealthMonitor(options, _usage, metrics, _time, NullLogger<HealthMonitor>.Instance);
        monitor.Look();
        return Assert.Single(monitor.Excesses);
    }
}
