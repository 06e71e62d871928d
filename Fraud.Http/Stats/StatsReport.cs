using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Stream.Telemetry;

namespace Fraud.Http.Stats;

/// <summary>The answer of <c>GET /stats</c>.</summary>
internal sealed record StatsReport : IExample<StatsReport>
{
    [Description("Now, in UTC.")]
    public required DateTime Timestamp { get; init; }

    [Description("Since the process started."), AtLeast(0)]
    public required double UptimeSeconds { get; init; }

    [Description("Requests answered since then."), AtLeast(0)]
    public required long TotalRequests { get; init; }

    [Description("Of them: with an error."), AtLeast(0)]
    public required long TotalErrors { get; init; }

    [Description("Payments scored since then."), AtLeast(0)]
    public required long TotalPredictions { get; init; }

    [Description("Of them: to be reviewed or blocked."), AtLeast(0)]
    public required long FraudDetections { get; init; }

    [Description("Share of the window's payments that are to be reviewed or blocked."), Range(0.0, 1.0)]
    public required double FraudRate { get; init; }

    [Description("Payments a second over the window."), AtLeast(0)]
    public required double ThroughputPerSecond { get; init; }

    [Description("From arrival to the stored result over the window, in milliseconds.")]
    public required StatsLatency LatencyMs { get; init; }

    [Description("What the window holds.")]
    public required StatsWindow Window { get; init; }

    [Description("How far the rows of payments are behind their answers.")]
    public required StatsRows RowsBehind { get; init; }

    [Description("How far alerts and dead letters that Kafka has are behind the answers.")]
    public required StatsAlertsBehind AlertsBehind { get; init; }

    [Description("Of all processors."), Range(0.0, 100.0)]
    public required double CpuPercent { get; init; }

    [Description("Of the process."), AtLeast(0)]
    public required double MemoryMb { get; init; }

    [Description("Of the memory that it may use."), AtLeast(0)]
    public required double MemoryPercent { get; init; }

    [Description("What is beyond its limit now."), MaxLength(HealthMonitor.Watched)]
    public required IReadOnlyList<StatsAlert> Alerts { get; init; }

    public static StatsReport Example { get; } = new()
    {
        Timestamp = new DateTime(2025, 11, 20, 12, 0, 0, DateTimeKind.Utc),
        UptimeSeconds = 3600.5,
        TotalRequests = 1_200,
        TotalErrors = 3,
        TotalPredictions = 1_180,
        FraudDetections = 12,
        FraudRate = 0.01,
        ThroughputPerSecond = 250.5,
        LatencyMs = StatsLatency.Example,
        Window = StatsWindow.Example,
        RowsBehind = StatsRows.Example,
        AlertsBehind = StatsAlertsBehind.Example,
        CpuPercent = 35.5,
        MemoryMb = 210.5,
        MemoryPercent = 1.5,
        Alerts = [StatsAlert.Example],
    };
}

internal sealed record StatsRows : IExample<StatsRows>
{
    [Description("Answered and without a row yet."), AtLeast(0)]
    public required long Payments { get; init; }

    [Description("Since the one was stored that waits longest."), AtLeast(0)]
    public required double Seconds { get; init; }

    [Description("Answered, and parked because the database refused their rows: of the whole database, whichever node parked them."), AtLeast(0)]
    public required long Parked { get; init; }

    public static StatsRows Example { get; } = new() { Payments = 120, Seconds = 0.02, Parked = 0 };
}

internal sealed record StatsAlertsBehind : IExample<StatsAlertsBehind>
{
    [Description("Answered, flagged or not, on pages of which Kafka has not acknowledged all alerts and dead letters."), AtLeast(0)]
    public required long Payments { get; init; }

    [Description("Since the one was stored that waits longest."), AtLeast(0)]
    public required double Seconds { get; init; }

    public static StatsAlertsBehind Example { get; } = new() { Payments = 60, Seconds = 0.01 };
}

internal sealed record StatsLatency : IExample<StatsLatency>
{
    [Description("Mean."), AtLeast(0)]
    public required double Avg { get; init; }

    [Description("Shortest."), AtLeast(0)]
    public required double Min { get; init; }

    [Description("Longest."), AtLeast(0)]
    public required double Max { get; init; }

    [Description("Half are faster."), AtLeast(0)]
    public required double P50 { get; init; }

    [Description("95 % are faster."), AtLeast(0)]
    public required double P95 { get; init; }

    [Description("99 % are faster."), AtLeast(0)]
    public required double P99 { get; init; }

    public static StatsLatency Example { get; } = new() { Avg = 1.2, Min = 0.4, Max = 9.5, P50 = 1.1, P95 = 2.5, P99 = 4.5 };
}

internal sealed record StatsWindow : IExample<StatsWindow>
{
    [Description("Most payments in it."), AtLeast(1)]
    public required int Size { get; init; }

    [Description("Payments in it."), Range(0, RecentPredictions.Size)]
    public required int Samples { get; init; }

    [Description("How far back it reaches."), AtLeast(0)]
    public required double Seconds { get; init; }

    public static StatsWindow Example { get; } = new() { Size = RecentPredictions.Size, Samples = 1_000, Seconds = 4.1 };
}

internal sealed record StatsAlert : IExample<StatsAlert>
{
    [Description("What it is."), MaxLength(64)]
    public required string Name { get; init; }

    [Description("How much."), AtLeast(0)]
    public required double Value { get; init; }

    [Description("How much it may be."), AtLeast(0)]
    public required double Limit { get; init; }

    public static StatsAlert Example { get; } = new() { Name = "cpu_percent", Value = 95.5, Limit = 90.5 };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StatsReport))]
internal sealed partial class StatsJson : JsonSerializerContext;
