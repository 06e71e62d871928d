using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Model.Decoding;
using Fraud.Model.Drift;

namespace Fraud.Model.Registry;

/// <summary>What a model says of itself: <c>manifest.json</c> beside <c>model.onnx</c>.</summary>
public sealed record ModelManifest
{
    /// <summary>Most characters of a name, of a version and of an input's name.</summary>
    // As the registry takes them.
    public const int MaxNameLength = 64;

    /// <summary>Most metrics.</summary>
    // The trainer writes about ten.
    public const int MaxMetrics = 100;

    /// <summary>Most inputs.</summary>
    // The profile's features and the payload's columns are fewer than a hundred.
    public const int MaxInputs = 1_000;

    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary>SHA-256 of model.onnx, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The model's columns in order.</summary>
    public required IReadOnlyList<ModelInput> Inputs { get; init; }

    public required ModelThresholds Thresholds { get; init; }

    /// <summary>How it was trained; enough to train it again.</summary>
    public required TrainingRecord Training { get; init; }

    /// <summary>Measured on the test days.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>What is usual: quantiles of each input over legitimate payments of the training days.</summary>
    public required IReadOnlyDictionary<string, Quantiles> Baseline { get; init; }

    /// <summary>Rows with the score they must get; a model that gives another is refused.</summary>
    public required IReadOnlyList<GoldenRow> Golden { get; init; }

    /// <summary>How payments were distributed in training, for drift; null in manifests that have none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Reference? Reference { get; init; }

    /// <summary>True when the model needs the 30 features of the card data set.</summary>
    [JsonIgnore]
    public bool TakesPayload => Inputs.Any(static input => input.Source == InputSource.Payload);

    /// <summary>True when the model needs features of the profile.</summary>
    [JsonIgnore]
    public bool TakesProfile => Inputs.Any(static input => input.Source == InputSource.Profile);

    /// <exception cref="ModelRefusedException">The file is missing, is no manifest, lacks a field or has one that cannot be.</exception>
    public static ModelManifest Read(string directory)
    {
        var file = Path.Combine(directory, "manifest.json");
        try
        {
            using var stream = File.OpenRead(file);
            var manifest = JsonSerializer.Deserialize(stream, ManifestJson.Default.ModelManifest)
                ?? throw new ModelRefusedException($"{file}: expected a JSON object");
            return manifest.FirstMistake() is { } mistake ? throw new ModelRefusedException($"{file}: {mistake}") : manifest;
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new ModelRefusedException($"{file}: {error.Message}", error);
        }
    }

    public void Write(string directory)
    {
        using var stream = File.Create(Path.Combine(directory, "manifest.json"));
        JsonSerializer.Serialize(stream, this, ManifestJson.Default.ModelManifest);
        stream.WriteByte((byte)'\n');
    }

    /// <summary>The first field that makes no sense, and what was expected; null when all do.</summary>
    private string? FirstMistake()
    {
        if (Name.Length is 0 or > MaxNameLength || Version.Length is 0 or > MaxNameLength)
        {
            return $"{(Name.Length is 0 or > MaxNameLength ? "name" : "version")}: expected 1 to {MaxNameLength} characters";
        }

        if (Sha256.Length != 64 || Sha256.Any(static letter => letter is not ((>= '0' and <= '9') or (>= 'a' and <= 'f'))))
        {
            return "sha256: expected 64 lower-case hexadecimal digits";
        }

        if (Inputs.Count is 0 or > MaxInputs)
        {
            return $"inputs: expected 1 to {MaxInputs}";
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Inputs.Count; i++)
        {
            // An array may hold null whatever its type says.
            if (Inputs[i] is not { Name.Length: > 0 and <= MaxNameLength } input || !names.Add(input.Name))
            {
                return $"inputs: {i}: expected an input with a name that no other has, of at most {MaxNameLength} characters";
            }
        }

        if (Thresholds is not { Review: >= 0 and <= 1, Block: >= 0 and <= 1 } || Thresholds.Review > Thresholds.Block)
        {
            return "thresholds: expected 0 <= review <= block <= 1";
        }

        if (Metrics.Count > MaxMetrics || Metrics.Keys.Any(static name => name.Length > MaxNameLength))
        {
            return $"metrics: expected at most {MaxMetrics} with names of at most {MaxNameLength} characters";
        }

        for (var i = 0; i < Golden.Count; i++)
        {
            if (Golden[i] is not { } row || row.Inputs.Count != Inputs.Count)
            {
                return $"golden: {i}: expected as many values as there are inputs: {Inputs.Count}";
            }

            if (row.Score is not (>= 0 and <= 1))
            {
                return $"golden: {i}: score: expected a number from 0 to 1";
            }
        }

        return Reference?.FirstMistake([.. Inputs.Select(static input => input.Name)]);
    }

    /// <summary>A manifest out of its text.</summary>
    /// <param name="file">How it is called in errors.</param>
    /// <exception cref="ModelRefusedException">It is no manifest, lacks a field or has one that cannot be.</exception>
    public static ModelManifest Parse(byte[] json, string file)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(ByteOrderMark.Skip(json), ManifestJson.Default.ModelManifest)
                ?? throw new ModelRefusedException($"{file}: expected a JSON object");
            return manifest.FirstMistake() is { } mistake ? throw new ModelRefusedException($"{file}: {mistake}") : manifest;
        }
        catch (JsonException error)
        {
            throw new ModelRefusedException($"{file}: {error.Message}", error);
        }
    }

    public static string DigestOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

/// <summary>A column of the model and where its value comes from.</summary>
public sealed record ModelInput(string Name, InputSource Source);

public enum InputSource
{
    /// <summary>A feature of <see cref="Features.FeatureCatalog"/>.</summary>
    Profile,

    /// <summary>A column of <see cref="Decoding.PayloadColumns"/>, sent with the payment.</summary>
    Payload,
}

/// <summary>Scores from Review on are reviewed, from Block on blocked.</summary>
public sealed record ModelThresholds(double Review, double Block);

public sealed record TrainingRecord
{
    /// <summary>SHA-256 of the data file.</summary>
    public required string DataSha256 { get; init; }

    /// <summary>First and last day trained on, ISO dates; empty for data without dates.</summary>
    public required string TrainFrom { get; init; }

    public required string TrainTo { get; init; }

    public required string TestFrom { get; init; }

    public required string TestTo { get; init; }

    public required int LabelDelayDays { get; init; }

    public required int Rounds { get; init; }

    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>The line over the trees' sum that makes scores probabilities; it is in the leaves already. Null: not calibrated.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CalibrationLine? Calibration { get; init; }

    /// <summary>How the thresholds were chosen.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ThresholdRule { get; init; }
}

/// <summary>Probability = 1 / (1 + exp(-(slope × margin + intercept))).</summary>
public sealed record CalibrationLine(double Slope, double Intercept);

public sealed record Quantiles(double P01, double P50, double P99);

public sealed record GoldenRow(IReadOnlyList<float> Inputs, float Score);

/// <summary>A model that must not be served, and why.</summary>
public sealed class ModelRefusedException(string message, Exception? inner = null) : Exception(message, inner);

[JsonSourceGenerationOptions(
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    // A metric without both classes is NaN, and so is a missing value in a golden row.
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ModelManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
