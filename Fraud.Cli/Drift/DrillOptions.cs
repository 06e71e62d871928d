namespace Fraud.Cli.Drift;

/// <summary>What is done to the traffic of a drill.</summary>
internal enum Injection
{
    /// <summary>Nothing: no alarm may be raised.</summary>
    None,

    /// <summary>Amounts of one source are half as large again.</summary>
    Amounts,

    /// <summary>One payment in twenty comes from a source that was never seen.</summary>
    Category,
}

/// <summary>A simulated world, and how its days are used. The same options give the same result.</summary>
internal sealed record DrillOptions
{
    public int Seed { get; init; }

    public int Customers { get; init; } = 5_000;

    public int Terminals { get; init; } = 10_000;

    public Injection Injection { get; init; }

    /// <summary>Days that fill the histories: windows of 30 days, behind a label delay of 7.</summary>
    public int WarmUpDays { get; init; } = 40;

    /// <summary>Days that the reference is made of.</summary>
    public int ReferenceDays { get; init; } = 14;

    /// <summary>Days that are watched before anything is done to the traffic.</summary>
    public int UndriftedDays { get; init; } = 7;

    /// <summary>Days after that.</summary>
    public int InjectedDays { get; init; } = 7;

    public int Days => WarmUpDays + ReferenceDays + UndriftedDays + InjectedDays;
}

/// <param name="Payments">Payments watched since the reference, and since the injection.</param>
internal sealed record DrillResult(
    DrillOptions Options, long Payments, long InjectedPayments, double HighestScore, double WorstRatio, string WorstSubject,
    IReadOnlyList<DrillAlarm> Alarms);

/// <param name="AfterPayments">Since the injection; before it (and with none) since the watch began.</param>
internal sealed record DrillAlarm(bool BeforeInjection, string Kind, string Subject, string Measure, double Value, double Threshold, long AfterPayments);
