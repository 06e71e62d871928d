using System.Diagnostics.Metrics;
using Fraud.Stream.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Fraud.Tests.Deploy;

/// <summary>
/// Names under which the service may export something: what its instruments become on /metrics. A counter is there only
/// once something was counted, so a look at /metrics alone does not tell.
/// </summary>
internal static class ServiceMetrics
{
    // Written by hand beside the instruments, these only once labels are old enough to judge by.
    private static readonly string[] WithLabels = ["model_precision", "model_recall", "model_f1"];

    /// <param name="services">Of a service that runs.</param>
    public static IReadOnlyList<string> Names(IServiceProvider services)
    {
        var names = new List<string>(WithLabels);
        // Other services run in this process.
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Scope != meters || !instrument.Meter.Name.StartsWith("Fraud.", StringComparison.Ordinal))
            {
                return;
            }

            var name = instrument.Unit == "s" && !instrument.Name.EndsWith("_seconds", StringComparison.Ordinal) ? instrument.Name + "_seconds" : instrument.Name;
            var kind = instrument.GetType().Name;
            if (kind.StartsWith("Histogram", StringComparison.Ordinal))
            {
                names.AddRange([name + "_bucket", name + "_sum", name + "_count"]);
            }
            else
            {
                names.Add(kind.Contains("Counter", StringComparison.Ordinal) && !kind.Contains("UpDown", StringComparison.Ordinal) ? name + "_total" : name);
            }
        };
        // Gauges are registered with the first look at them.
        _ = services.GetRequiredService<StreamGauges>();
        _ = services.GetRequiredService<ShardGauges>();
        // Of what was made before, too.
        listener.Start();
        return names;
    }
}
