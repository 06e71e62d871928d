using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Fraud.Http.Problems;
using Fraud.Stream.Scoring;

namespace Fraud.Http.Inference;

/// <summary>What there is to ask and how it is, as REST and gRPC tell it.</summary>
internal sealed class ModelCatalog(ModelRepository models, InferenceLane lane)
{
    public static ServerMetadata Server { get; } = new(
        "fraud-detection-api",
        typeof(ModelCatalog).Assembly.GetName().Version?.ToString(3) ?? "0",
        ["binary_tensor_data", "model_repository", "statistics"]);

    /// <summary>There is always a model in service: what can be missing are threads to ask it.</summary>
    public bool IsReady => lane.IsOpen;

    public bool TryDescribe(
        string name, string? version, [NotNullWhen(true)] out ModelMetadata? metadata, [NotNullWhen(false)] out Problem? problem)
    {
        metadata = null;
        if (!models.TryAcquire(name, version, out var served, out problem))
        {
            return false;
        }

        try
        {
            metadata = Describe(served);
            return true;
        }
        finally
        {
            served.Release();
        }
    }

    /// <summary>Null when there is such a version, loaded; then <see cref="IsReady"/> says the rest.</summary>
    public Problem? Find(string name, string? version)
    {
        if (models.TryAcquire(name, version, out var served, out var problem))
        {
            served.Release();
        }

        return problem;
    }

    /// <param name="name">Null: all models.</param>
    /// <param name="version">Null: all versions.</param>
    public bool TryCount(
        string? name, string? version, [NotNullWhen(true)] out IReadOnlyList<ModelTotals>? totals, [NotNullWhen(false)] out Problem? problem)
    {
        problem = name is null ? null : Find(name, version);
        totals = problem is not null ? null :
        [
            .. models.Ready
                .Where(model => (name is null || model.ScoredBy.Model == name) && (version is null || model.ScoredBy.Version == version))
                .Select(model => new ModelTotals(model.ScoredBy.Model, model.ScoredBy.Version, models.StatisticsOf(model).Read())),
        ];
        return problem is null;
    }

    /// <summary>Reads folders and files.</summary>
    public Task<List<RepositoryEntry>> Index(bool readyOnly, CancellationToken cancellation) =>
        Task.Run(() => models.Index().FindAll(entry => entry.IsReady || !readyOnly), cancellation);

    private ModelMetadata Describe(ServedModel served)
    {
        var (model, by) = (served.Model, served.ScoredBy);
        // As many rows as the caller likes.
        const long anyRows = -1;
        return new ModelMetadata(
            by.Model,
            [.. models.Ready.Where(ready => ready.ScoredBy.Model == by.Model).Select(static ready => ready.ScoredBy.Version)],
            "onnxruntime_onnx",
            [new TensorMetadata(model.InputName, "FP32", [anyRows, model.Manifest.Inputs.Count])],
            [new TensorMetadata(model.ProbabilitiesName, "FP32", [anyRows, 2]), new TensorMetadata(model.LabelName, "INT64", [anyRows])],
            new ModelProperties(
                by.Version,
                string.Join(',', model.Manifest.Inputs.Select(static input => input.Name)),
                by.ReviewThreshold.ToString(CultureInfo.InvariantCulture),
                by.BlockThreshold.ToString(CultureInfo.InvariantCulture)));
    }
}

/// <summary>What a version was asked.</summary>
internal sealed record ModelTotals(string Name, string Version, ModelStatistics.Totals Totals);
