namespace Fraud.Client;

/// <summary>Drift, live quality and alarms.</summary>
public sealed record DriftReport
{
    /// <summary>The model in service.</summary>
    public string Model { get; init; } = "";

    /// <summary>Its version.</summary>
    public string ModelVersion { get; init; } = "";

    /// <summary>Whether there is something to compare: "disabled", "learning", "filling" or "watching".</summary>
    public string Status { get; init; } = "";

    /// <summary>What payments are held against; null while it is being learned.</summary>
    public DriftReference? Reference { get; init; }

    /// <summary>Payments looked at since the model is in service on this node.</summary>
    public long Payments { get; init; }

    /// <summary>Payments passed over because there were too many in their second.</summary>
    public long Skipped { get; init; }

    /// <summary>The latest payments, which are compared.</summary>
    public DriftWindow Window { get; init; } = new();

    /// <summary>Share of the watched features whose alarm is raised.</summary>
    public double DataDriftScore { get; init; }

    /// <summary>Raised and not yet over, oldest first.</summary>
    public IReadOnlyList<DriftAlarm> Alarms { get; init; } = [];

    /// <summary>How old a payment must be to be counted; without a label it is then legitimate.</summary>
    public double LabelDelaySeconds { get; init; }

    /// <summary>Stored decisions beside labels, by model and version.</summary>
    public IReadOnlyList<LiveQuality> Quality { get; init; } = [];

    /// <summary>What is compared, as of the last look.</summary>
    public IReadOnlyList<DriftDistribution> Distributions { get; init; } = [];
}

/// <summary>What payments are held against.</summary>
public sealed record DriftReference
{
    /// <summary>"manifest" or "learned".</summary>
    public string Origin { get; init; } = "";

    /// <summary>Payments it was made of.</summary>
    public long Rows { get; init; }

    /// <summary>First day of them.</summary>
    public string? From { get; init; }

    /// <summary>Last day of them.</summary>
    public string? To { get; init; }
}

/// <summary>The latest payments.</summary>
public sealed record DriftWindow
{
    /// <summary>In it now.</summary>
    public long Payments { get; init; }

    /// <summary>When it is full.</summary>
    public long Size { get; init; }
}

/// <summary>An alarm that is raised.</summary>
public sealed record DriftAlarm
{
    /// <summary>"feature", "score", "category", "data" or "quality".</summary>
    public string Kind { get; init; } = "";

    /// <summary>The feature, field or quality.</summary>
    public string Subject { get; init; } = "";

    /// <summary>What was measured.</summary>
    public string Measure { get; init; } = "";

    /// <summary>What it was when the alarm was raised.</summary>
    public double Value { get; init; }

    /// <summary>From where on it counts; for qualities, below.</summary>
    public double Threshold { get; init; }

    /// <summary>In words.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The model it was raised for.</summary>
    public string Model { get; init; } = "";

    /// <summary>Its version.</summary>
    public string ModelVersion { get; init; } = "";

    /// <summary>When.</summary>
    public DateTimeOffset RaisedAt { get; init; }

    /// <summary>Payments looked at by then; for qualities, counted.</summary>
    public long AfterPayments { get; init; }
}

/// <summary>Stored decisions beside labels.</summary>
public sealed record LiveQuality
{
    /// <summary>The model that decided.</summary>
    public string Model { get; init; } = "";

    /// <summary>Its version.</summary>
    public string ModelVersion { get; init; } = "";

    /// <summary>Its payments that are old enough.</summary>
    public long Payments { get; init; }

    /// <summary>Of them: reviewed or blocked.</summary>
    public long Flagged { get; init; }

    /// <summary>Of them: known to be frauds.</summary>
    public long KnownFrauds { get; init; }

    /// <summary>Share of the flagged that are frauds.</summary>
    public double? Precision { get; init; }

    /// <summary>Share of the frauds that were flagged.</summary>
    public double? Recall { get; init; }

    /// <summary>Harmonic mean of both.</summary>
    public double? F1 { get; init; }

    /// <summary>Share judged rightly.</summary>
    public double? Accuracy { get; init; }
}

/// <summary>One feature, field or the score beside its reference.</summary>
public sealed record DriftDistribution
{
    /// <summary>"feature", "score" or "category".</summary>
    public string Kind { get; init; } = "";

    /// <summary>The feature or field.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Payments of the window that it was seen in.</summary>
    public long Payments { get; init; }

    /// <summary>Population stability index; null when there are too few payments.</summary>
    public double? Psi { get; init; }

    /// <summary>Kolmogorov-Smirnov difference; of numbers only.</summary>
    public double? Ks { get; init; }

    /// <summary>Jensen-Shannon divergence in bits.</summary>
    public double? Js { get; init; }

    /// <summary>Share with values that the reference does not know; null for numbers.</summary>
    public double? NewShare { get; init; }

    /// <summary>From where on it has drifted.</summary>
    public DriftLimits Limits { get; init; } = new();

    /// <summary>Beyond a limit at the last look.</summary>
    public bool Drifted { get; init; }

    /// <summary>Beyond it for several looks in a row, and not yet back.</summary>
    public bool Alarm { get; init; }

    /// <summary>Reported only: the configuration excludes it.</summary>
    public bool Excluded { get; init; }

    /// <summary>Not counted yet: fewer days are stored than the feature looks back.</summary>
    public bool WaitsForHistory { get; init; }

    /// <summary>The most frequent new values.</summary>
    public IReadOnlyList<NewValue> NewValues { get; init; } = [];
}

/// <summary>From where on a distribution has drifted.</summary>
public sealed record DriftLimits
{
    /// <summary>Of the index.</summary>
    public double? Psi { get; init; }

    /// <summary>Of the difference.</summary>
    public double? Ks { get; init; }

    /// <summary>Of the divergence.</summary>
    public double? Js { get; init; }
}

/// <summary>A value that the reference does not know.</summary>
public sealed record NewValue
{
    /// <summary>The value.</summary>
    public string Value { get; init; } = "";

    /// <summary>Payments of the window with it.</summary>
    public long Payments { get; init; }
}
