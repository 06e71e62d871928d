using System.ComponentModel.DataAnnotations;

namespace Fraud.Http.Inference;

/// <summary>Raw model calls by the Open Inference Protocol. Config section "Inference".</summary>
public sealed class InferenceOptions
{
    public const string Section = "Inference";

    /// <summary>Folder of model folders, each of one folder a version. Empty: the one that Scoring:Model is in.</summary>
    public string Repository { get; set; } = "";

    /// <summary>Calls that may wait or be scored at once; beyond them 503.</summary>
    // At 1,000 rows and a few milliseconds each, what waits is done within a fraction of the deadline.
    [Range(1, 10_000)]
    public int QueueCapacity { get; set; } = 64;

    /// <summary>Threads that score these calls. They compete with the graph's.</summary>
    // One: raw calls then take at most a core from payments.
    [Range(1, 64)]
    public int Threads { get; set; } = 1;

    /// <summary>Most rows in one call. Each thread holds buffers for as many, for each model that it was asked for.</summary>
    // As POST /predict/batch takes.
    [Range(1, 100_000)]
    public int MaxRows { get; set; } = 1_000;

    /// <summary>Versions that may be loaded for inference besides the one in service.</summary>
    // Each is a session of some megabytes.
    [Range(0, 100)]
    public int MaxLoaded { get; set; } = 4;

    /// <summary>Longest time from admission to answer; a call that waited so long is not scored.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(2);
}
