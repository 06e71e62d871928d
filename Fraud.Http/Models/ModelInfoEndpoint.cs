using Fraud.Http.ApiDocs;
using Fraud.Http.Problems;
using Fraud.Http.Scoring;
using Fraud.Http.Security;
using Fraud.Model.Registry;
using Fraud.Stream.Scoring;
using Fraud.Stream.Shadow;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fraud.Http.Models;

/// <summary><c>GET /model/info[?model=NAME]</c>: what the model in service is, takes and was measured at, and which others there are.</summary>
internal sealed class ModelInfoEndpoint(ModelRoutes models, ShadowModels shadows) : IEndpoints
{
    private const string Expected = "the name of a model that is served";

    private static readonly Problem Unknown = new(404, "Not Found", $"model: expected {Expected}") { Field = "model", Expected = Expected };

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/model/info", Get)
            .Needs(Access.ScoreOrAnalyst).WithName("getModelInfo").Describe(ModelsDescriptions.Info);

    private Results<Ok<ModelInfo>, Problem> Get(string? model)
    {
        var all = All().ToList();
        var index = model is null ? 0 : all.FindIndex(one => one.Model.ScoredBy.Model == model);
        return index < 0 ? Unknown : TypedResults.Ok(Info(all[index].Model, all));
    }

    /// <summary>The champion first.</summary>
    private IEnumerable<(ServedModel Model, string Role)> All()
    {
        yield return (models.Champion.Current, "champion");
        if (models.Features is { } features)
        {
            yield return (features.Current, "features");
        }

        foreach (var candidate in shadows.Candidates)
        {
            if (candidate.Models.Occupant is { } model)
            {
                yield return (model, candidate.IsChallenger ? "challenger" : "shadow");
            }
        }
    }

    private static ModelInfo Info(ServedModel served, IEnumerable<(ServedModel Model, string Role)> all)
    {
        var manifest = served.Model.Manifest;
        var by = served.ScoredBy;
        return new ModelInfo
        {
            Name = by.Model,
            Version = by.Version,
            Format = "onnx",
            Sha256 = manifest.Sha256,
            Input = manifest.TakesPayload ? "features" : "payment",
            Threshold = by.ReviewThreshold,
            Thresholds = new ModelThresholds
            {
                Review = by.ReviewThreshold,
                Block = by.BlockThreshold,
                Overridden = IsOverridden(by.ReviewThreshold, manifest.Thresholds.Review) || IsOverridden(by.BlockThreshold, manifest.Thresholds.Block),
            },
            FeatureCount = manifest.Inputs.Count,
            Features = [.. manifest.Inputs.Select(input => Feature(input, manifest))],
            Metrics = manifest.Metrics.ToDictionary(static metric => metric.Key, static metric => JsonNumbers.Finite(metric.Value)),
            Training = Training(manifest.Training),
            Served =
            [
                .. all.Select(static one => new ServedModelName
                {
                    Name = one.Model.ScoredBy.Model,
                    Version = one.Model.ScoredBy.Version,
                    Role = one.Role,
                }),
            ],
        };
    }

    private static ModelFeature Feature(ModelInput input, ModelManifest manifest) => new()
    {
        Name = input.Name,
        Source = input.Source == InputSource.Payload ? "payload" : "profile",
        Usual = !manifest.Baseline.TryGetValue(input.Name, out var usual) ? null : new UsualValues
        {
            P01 = JsonNumbers.Finite(usual.P01),
            P50 = JsonNumbers.Finite(usual.P50),
            P99 = JsonNumbers.Finite(usual.P99),
        },
    };

    private static ModelTraining Training(TrainingRecord training) => new()
    {
        TrainFrom = training.TrainFrom.Cut(ModelTraining.MaxDate),
        TrainTo = training.TrainTo.Cut(ModelTraining.MaxDate),
        TestFrom = training.TestFrom.Cut(ModelTraining.MaxDate),
        TestTo = training.TestTo.Cut(ModelTraining.MaxDate),
        LabelDelayDays = training.LabelDelayDays,
        Rounds = training.Rounds,
        DataSha256 = training.DataSha256.Cut(ModelTraining.MaxDigest),
        Parameters = training.Parameters.ToDictionary(static one => one.Key, static one => one.Value.Cut(ModelTraining.MaxParameter)),
    };

    private static bool IsOverridden(float served, double manifest) => served != (float)manifest;
}
