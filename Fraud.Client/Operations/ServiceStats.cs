namespace Fraud.Client;

/// <summary>A node's last thousand payments, its totals and its condition.</summary>
public sealed record ServiceStats
{
    /// <summary>When it said so.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>Since the process started.</summary>
    public double UptimeSeconds { get; init; }

    /// <summary>Requests answered since then.</summary>
    public long TotalRequests { get; init; }

    /// <summary>Of them: with an error.</summary>
    public long TotalErrors { get; init; }

    /// <summary>Payments scored since then.</summary>
    public long TotalPredictions { get; init; }

    /// <summary>Of them: to be reviewed or blocked.</summary>
    public long FraudDetections { get; init; }

    /// <summary>Their share.</summary>
    public double FraudRate { get; init; }

    /// <summary>Payments a second over the window.</summary>
    public double ThroughputPerSecond { get; init; }

    /// <summary>From arrival to the stored result over the window, in milliseconds.</summary>
    public LatencyFigures LatencyMs { get; init; } = new();

    /// <summary>What the window holds.</summary>
    public StatsWindow Window { get; init; } = new();

    /// <summary>How far the rows of payments are behind their answers.</summary>
    public StatsRows RowsBehind { get; init; } = new();

    /// <summary>How far alerts and dead letters that Kafka has are behind the answers.</summary>
    public StatsAlertsBehind AlertsBehind { get; init; } = new();

    /// <summary>Of all processors.</summary>
    public double CpuPercent { get; init; }

    /// <summary>Of the process.</summary>
    public double MemoryMb { get; init; }

    /// <summary>Of the memory that it may use.</summary>
    public double MemoryPercent { get; init; }

    /// <summary>What is beyond its limit now.</summary>
    public IReadOnlyList<StatsAlert> Alerts { get; init; } = [];
}

/// <summary>How long payments took.</summary>
public sealed record LatencyFigures
{
    /// <summary>Mean.</summary>
    public double Avg { get; init; }

    /// <summary>Shortest.</summary>
    public double Min { get; init; }

    /// <summary>Longest.</summary>
    public double Max { get; init; }

    /// <summary>Half are faster.</summary>
    public double P50 { get; init; }

    /// <summary>95 % are faster.</summary>
    public double P95 { get; init; }

    /// <summary>99 % are faster.</summary>
    public double P99 { get; init; }
}

/// <summary>What figures are taken over.</summary>
public sealed record StatsWindow
{
    /// <summary>Most payments in it.</summary>
    public int Size { get; init; }

    /// <summary>Payments in it.</summary>
    public int Samples { get; init; }

    /// <summary>How far back it reaches.</summary>
    public double Seconds { get; init; }
}

/// <summary>Payments that lists do not show yet.</summary>
public sealed record StatsRows
{
    /// <summary>Answered and without a row yet.</summary>
    public long Payments { get; init; }

    /// <summary>Since the one was stored that waits longest.</summary>
    public double Seconds { get; init; }

    /// <summary>Answered, and parked because the database refused their rows: of the whole database.</summary>
    public long Parked { get; init; }
}

/// <summary>Payments whose alerts, if there are any, Kafka does not have yet.</summary>
public sealed record StatsAlertsBehind
{
    /// <summary>Answered, flagged or not, on pages of which Kafka has not acknowledged all alerts and dead letters.</summary>
    public long Payments { get; init; }

    /// <summary>Since the one was stored that waits longest.</summary>
    public double Seconds { get; init; }
}

/// <summary>A figure beyond its limit.</summary>
public sealed record StatsAlert
{
    /// <summary>What it is.</summary>
    public string Name { get; init; } = "";

    /// <summary>How much.</summary>
    public double Value { get; init; }

    /// <summary>How much it may be.</summary>
    public double Limit { get; init; }
}
