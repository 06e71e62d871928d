namespace Fraud.Client;

/// <summary>What versions were asked since they were loaded.</summary>
public sealed record InferenceStatistics
{
    /// <summary>One for each version that can be asked.</summary>
    public IReadOnlyList<InferenceModelStatistics> ModelStats { get; init; } = [];
}

/// <summary>What one version was asked.</summary>
public sealed record InferenceModelStatistics
{
    /// <summary>Name of the model.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its version.</summary>
    public string Version { get; init; } = "";

    /// <summary>When it was last asked, in Unix milliseconds; 0 when never.</summary>
    public long LastInference { get; init; }

    /// <summary>Rows scored.</summary>
    public long InferenceCount { get; init; }

    /// <summary>Model calls.</summary>
    public long ExecutionCount { get; init; }

    /// <summary>Times of the calls.</summary>
    public InferenceTimes InferenceStats { get; init; } = new();

    /// <summary>Model calls by how many rows they had.</summary>
    public IReadOnlyList<InferenceBatchTimes> BatchStats { get; init; } = [];
}

/// <summary>Times of calls.</summary>
public sealed record InferenceTimes
{
    /// <summary>Calls that were scored, from admission to answer.</summary>
    public InferenceDuration Success { get; init; } = new();

    /// <summary>Calls that were admitted and not scored.</summary>
    public InferenceDuration Fail { get; init; } = new();

    /// <summary>Waiting for a thread.</summary>
    public InferenceDuration Queue { get; init; } = new();

    /// <summary>Into the model's buffers.</summary>
    public InferenceDuration ComputeInput { get; init; } = new();

    /// <summary>In the model.</summary>
    public InferenceDuration ComputeInfer { get; init; } = new();

    /// <summary>Out of the model's buffers.</summary>
    public InferenceDuration ComputeOutput { get; init; } = new();

    /// <summary>Always none: nothing is answered from a cache.</summary>
    public InferenceDuration CacheHit { get; init; } = new();

    /// <summary>Always none.</summary>
    public InferenceDuration CacheMiss { get; init; } = new();
}

/// <summary>Times of calls with as many rows.</summary>
public sealed record InferenceBatchTimes
{
    /// <summary>Rows of a call.</summary>
    public int BatchSize { get; init; }

    /// <summary>Into the model's buffers.</summary>
    public InferenceDuration ComputeInput { get; init; } = new();

    /// <summary>In the model.</summary>
    public InferenceDuration ComputeInfer { get; init; } = new();

    /// <summary>Out of the model's buffers.</summary>
    public InferenceDuration ComputeOutput { get; init; } = new();
}

/// <summary>How often, and how long together.</summary>
public sealed record InferenceDuration
{
    /// <summary>How often.</summary>
    public long Count { get; init; }

    /// <summary>How long together, in nanoseconds.</summary>
    public long Ns { get; init; }
}
