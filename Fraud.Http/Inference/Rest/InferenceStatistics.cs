using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Fraud.Http.ApiDocs;
using Fraud.Model.Registry;
using static Fraud.Http.Inference.ModelStatistics;

namespace Fraud.Http.Inference.Rest;

/// <summary>What models were asked.</summary>
internal sealed record InferenceStatistics : IExample<InferenceStatistics>
{
    [Description("One for each version that can be asked."), Most<InferenceOptions>(nameof(InferenceOptions.MaxLoaded), Plus = 1)]
    public required IReadOnlyList<VersionStatistics> ModelStats { get; init; }

    public static InferenceStatistics Of(IReadOnlyList<ModelTotals> models) => new() { ModelStats = [.. models.Select(VersionStatistics.Of)] };

    public static InferenceStatistics Example { get; } = new() { ModelStats = [VersionStatistics.Example] };
}

internal sealed record VersionStatistics : IExample<VersionStatistics>
{
    [Description("Name of the model."), Length(1, ModelManifest.MaxNameLength)]
    public required string Name { get; init; }

    [Description("Its version."), Length(1, ModelManifest.MaxNameLength)]
    public required string Version { get; init; }

    [Description("When it was last asked, in Unix milliseconds; 0 when never."), AtLeast(0)]
    public required long LastInference { get; init; }

    [Description("Rows scored since it was loaded."), AtLeast(0)]
    public required long InferenceCount { get; init; }

    [Description("Model calls."), AtLeast(0)]
    public required long ExecutionCount { get; init; }

    [Description("Times of the calls.")]
    public required PhaseTimes InferenceStats { get; init; }

    [Description("Model calls by how many rows they had."), Most<InferenceOptions>(nameof(InferenceOptions.MaxRows))]
    public required IReadOnlyList<BatchTimes> BatchStats { get; init; }

    public static VersionStatistics Of(ModelTotals model) => new()
    {
        Name = model.Name,
        Version = model.Version,
        LastInference = model.Totals.LastMs,
        InferenceCount = model.Totals.Rows,
        ExecutionCount = model.Totals.Calls,
        InferenceStats = PhaseTimes.Of(model.Totals.Phases),
        BatchStats = [.. model.Totals.ByRows.Select(static size => BatchTimes.Of(size.Rows, size.Times))],
    };

    public static VersionStatistics Example { get; } = new()
    {
        Name = "payments",
        Version = "1",
        LastInference = 1_795_219_200_000,
        InferenceCount = 12,
        ExecutionCount = 3,
        InferenceStats = PhaseTimes.Example,
        BatchStats = [BatchTimes.Example],
    };
}

internal sealed record PhaseTimes : IExample<PhaseTimes>
{
    [Description("Calls that were scored, from admission to answer.")]
    public required PhaseTime Success { get; init; }

    [Description("Calls that were admitted and not scored.")]
    public required PhaseTime Fail { get; init; }

    [Description("Waiting for a thread.")]
    public required PhaseTime Queue { get; init; }

    [Description("Into the model's buffers.")]
    public required PhaseTime ComputeInput { get; init; }

    [Description("In the model.")]
    public required PhaseTime ComputeInfer { get; init; }

    [Description("Out of the model's buffers.")]
    public required PhaseTime ComputeOutput { get; init; }

    [Description("Always none: nothing is answered from a cache.")]
    public required PhaseTime CacheHit { get; init; }

    [Description("Always none.")]
    public required PhaseTime CacheMiss { get; init; }

    public static PhaseTimes Of(IReadOnlyList<Duration> phases) => new()
    {
        Success = PhaseTime.Of(phases[(int)Phase.Success]),
        Fail = PhaseTime.Of(phases[(int)Phase.Fail]),
        Queue = PhaseTime.Of(phases[(int)Phase.Queue]),
        ComputeInput = PhaseTime.Of(phases[(int)Phase.Input]),
        ComputeInfer = PhaseTime.Of(phases[(int)Phase.Infer]),
        ComputeOutput = PhaseTime.Of(phases[(int)Phase.Output]),
        CacheHit = PhaseTime.None,
        CacheMiss = PhaseTime.None,
    };

    public static PhaseTimes Example { get; } = new()
    {
        Success = PhaseTime.Example,
        Fail = PhaseTime.None,
        Queue = PhaseTime.Example,
        ComputeInput = PhaseTime.Example,
        ComputeInfer = PhaseTime.Example,
        ComputeOutput = PhaseTime.Example,
        CacheHit = PhaseTime.None,
        CacheMiss = PhaseTime.None,
    };
}

internal sealed record BatchTimes : IExample<BatchTimes>
{
    [Description("Rows of a call."), AtLeast(1), Most<InferenceOptions>(nameof(InferenceOptions.MaxRows))]
    public required int BatchSize { get; init; }

    [Description("Into the model's buffers.")]
    public required PhaseTime ComputeInput { get; init; }

    [Description("In the model.")]
    public required PhaseTime ComputeInfer { get; init; }

    [Description("Out of the model's buffers.")]
    public required PhaseTime ComputeOutput { get; init; }

    public static BatchTimes Of(int rows, Duration[] times) => new()
    {
        BatchSize = rows,
        ComputeInput = PhaseTime.Of(times[0]),
        ComputeInfer = PhaseTime.Of(times[1]),
        ComputeOutput = PhaseTime.Of(times[2]),
    };

    public static BatchTimes Example { get; } = new()
    {
        BatchSize = 4,
        ComputeInput = PhaseTime.Example,
        ComputeInfer = PhaseTime.Example,
        ComputeOutput = PhaseTime.Example,
    };
}

internal sealed record PhaseTime : IExample<PhaseTime>
{
    [Description("How often."), AtLeast(0)]
    public required long Count { get; init; }

    [Description("How long together, in nanoseconds."), AtLeast(0)]
    public required long Ns { get; init; }

    /// <summary>Of what does not happen here; clients expect the field.</summary>
    public static PhaseTime None { get; } = new() { Count = 0, Ns = 0 };

    public static PhaseTime Of(Duration duration) => new() { Count = duration.Count, Ns = duration.Nanoseconds };

    public static PhaseTime Example { get; } = new() { Count = 3, Ns = 1_250_000 };
}
