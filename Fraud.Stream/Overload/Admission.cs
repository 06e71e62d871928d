namespace Fraud.Stream.Overload;

/// <summary>The gate's answer. Refusal is a value, not an exception: it happens most when time is short.</summary>
/// <param name="RetryAfter">When to come back; zero when admitted.</param>
public readonly record struct Admission(AdmissionOutcome Outcome, TimeSpan RetryAfter)
{
    public bool IsAdmitted => Outcome == AdmissionOutcome.Admitted;
}

public enum AdmissionOutcome
{
    Admitted,

    /// <summary>This client sends more than its rate: 429.</summary>
    RateLimited,

    /// <summary>The queue is full, whoever asks: 503.</summary>
    Full,

    /// <summary>The graph is not running (starting, recovering, draining): 503.</summary>
    NotRunning,

    /// <summary>A shard of the payments is not open on this node: whoever routes tries again, here or elsewhere.</summary>
    Moved,
}
