using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Model.Registry;
using Fraud.Stream.Scoring;

namespace Fraud.Http.Models;

/// <summary>The answer of <c>GET /model/info</c>.</summary>
internal sealed record ModelInfo : IExample<ModelInfo>
{
    [Description("Name of the model."), Length(1, ModelManifest.MaxNameLength)]
    public required string Name { get; init; }

    [Description("Its version."), Length(1, ModelManifest.MaxNameLength)]
    public required string Version { get; init; }

    [Description("What kind of file it is."), AllowedValues("onnx")]
    public required string Format { get; init; }

    [Description("Digest of the file."), RegularExpression("^[0-9a-f]{64}$")]
    public required string Sha256 { get; init; }

    [Description("What POST /predict must send."), AllowedValues("payment", "features")]
    public required string Input { get; init; }

    [Description("Score from which payments are reviewed."), Range(0.0, 1.0)]
    public required float Threshold { get; init; }

    [Description("Scores from which something is done.")]
    public required ModelThresholds Thresholds { get; init; }

    [Description("Columns that it takes."), AtLeast(1)]
    public required int FeatureCount { get; init; }

    [Description("The columns in order."), Length(1, ModelManifest.MaxInputs)]
    public required IReadOnlyList<ModelFeature> Features { get; init; }

    [Description("Measured on the test days, by name; null where a measure has no value."), Items(Minimum = double.MinValue)]
    public required IReadOnlyDictionary<string, double?> Metrics { get; init; }

    [Description("How it was trained.")]
    public required ModelTraining Training { get; init; }

    [Description("All models that are served, the champion first."), Length(1, ServedModelName.Most)]
    public required IReadOnlyList<ServedModelName> Served { get; init; }

    public static ModelInfo Example { get; } = new()
    {
        Name = "payments",
        Version = "1",
        Format = "onnx",
        Sha256 = "318b7ce9e1002ee1cc1abe608b412512c34e08ee76915eca4a254c82a3c0d3dd",
        Input = "payment",
        Threshold = 0.04f,
        Thresholds = ModelThresholds.Example,
        FeatureCount = 21,
        Features = [ModelFeature.Example],
        Metrics = new Dictionary<string, double?> { ["roc_auc"] = 0.884 },
        Training = ModelTraining.Example,
        Served = [ServedModelName.Example],
    };
}

internal sealed record ModelThresholds : IExample<ModelThresholds>
{
    [Description("From here on payments are reviewed."), Range(0.0, 1.0)]
    public required float Review { get; init; }

    [Description("From here on payments are blocked."), Range(0.0, 1.0)]
    public required float Block { get; init; }

    [Description("Whether the configuration replaces the model's own.")]
    public required bool Overridden { get; init; }

    public static ModelThresholds Example { get; } = new() { Review = 0.04f, Block = 0.32f, Overridden = false };
}

internal sealed record ModelFeature : IExample<ModelFeature>
{
    [Description("Name of the column."), Length(1, ModelManifest.MaxNameLength)]
    public required string Name { get; init; }

    [Description("Where its value comes from."), AllowedValues("profile", "payload")]
    public required string Source { get; init; }

    [Description("Quantiles over legitimate payments of the training days.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UsualValues? Usual { get; init; }

    public static ModelFeature Example { get; } = new() { Name = "amount", Source = "profile", Usual = UsualValues.Example };
}

internal sealed record UsualValues : IExample<UsualValues>
{
    [Description("1 % are below."), AtLeast(double.MinValue)]
    public required double? P01 { get; init; }

    [Description("Half are below."), AtLeast(double.MinValue)]
    public required double? P50 { get; init; }

    [Description("99 % are below."), AtLeast(double.MinValue)]
    public required double? P99 { get; init; }

    public static UsualValues Example { get; } = new() { P01 = 2.01, P50 = 44.33, P99 = 166.96 };
}

internal sealed record ModelTraining : IExample<ModelTraining>
{
    /// <summary>Most characters of a day, of a digest and of a parameter; manifests may say anything there, and are cut.</summary>
    public const int MaxDate = 32;

    /// <inheritdoc cref="MaxDate"/>
    public const int MaxDigest = 64;

    /// <inheritdoc cref="MaxDate"/>
    public const int MaxParameter = 256;

    [Description("First day trained on."), MaxLength(MaxDate)]
    public required string TrainFrom { get; init; }

    [Description("Last day trained on."), MaxLength(MaxDate)]
    public required string TrainTo { get; init; }

    [Description("First day tested on."), MaxLength(MaxDate)]
    public required string TestFrom { get; init; }

    [Description("Last day tested on."), MaxLength(MaxDate)]
    public required string TestTo { get; init; }

    [Description("Days until frauds are known."), AtLeast(0)]
    public required int LabelDelayDays { get; init; }

    [Description("Trees."), AtLeast(0)]
    public required int Rounds { get; init; }

    [Description("Digest of the data."), MaxLength(MaxDigest)]
    public required string DataSha256 { get; init; }

    [Description("The trainer's parameters, by name."), Items(MaxLength = MaxParameter)]
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    public static ModelTraining Example { get; } = new()
    {
        TrainFrom = "2018-07-25",
        TrainTo = "2018-07-31",
        TestFrom = "2018-08-08",
        TestTo = "2018-08-14",
        LabelDelayDays = 7,
        Rounds = 55,
        DataSha256 = "e0cb99e4f6266db7884c766d9e863a7653a34246882e21122b050e844032e8ec",
        Parameters = new Dictionary<string, string> { ["max_depth"] = "5" },
    };
}

internal sealed record ServedModelName : IExample<ServedModelName>
{
    /// <summary>Models that are served at once: champion and features, those of the settings, and three that the registry names for each of the two.</summary>
    public const int Most = 2 + ScoringOptions.MaxChallengers + ScoringOptions.MaxShadows + 6;

    [Description("Name of the model."), Length(1, ModelManifest.MaxNameLength)]
    public required string Name { get; init; }

    [Description("Its version."), Length(1, ModelManifest.MaxNameLength)]
    public required string Version { get; init; }

    [Description("champion decides payments; features decides feature lists; challenger decides a share of the cards; shadow decides nothing and is compared.")]
    [AllowedValues("champion", "features", "challenger", "shadow")]
    public required string Role { get; init; }

    public static ServedModelName Example { get; } = new() { Name = "payments", Version = "1", Role = "champion" };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ModelInfo))]
internal sealed partial class ModelsJson : JsonSerializerContext;
