using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Model.Evaluation;
using Fraud.Model.History;

namespace Fraud.Stream.Retraining;

/// <summary>All that a retraining job needs to know but the store; what decides its result, to the byte.</summary>
/// <param name="Job">Its id.</param>
/// <param name="Model">The model that it makes a version of.</param>
/// <param name="Version">The version that it makes.</param>
/// <param name="Champion">Folder of the version to beat.</param>
/// <param name="ChampionReview">The threshold that is in service, which the settings may have changed.</param>
/// <param name="WorkFolder">Where jobs have their folders: this one's, and those that may have left a dataset.</param>
/// <param name="Store">Names the store, so that no dataset of another one is taken over.</param>
/// <param name="Profile">How features were computed, and are again.</param>
/// <param name="Rules">The gate's.</param>
public sealed record RetrainingPlan(
    string Job,
    string Model,
    string Version,
    string Champion,
    float ChampionReview,
    float ChampionBlock,
    string WorkFolder,
    string Store,
    TrainingWindow Window,
    ProfileOptions Profile,
    int MaxRows,
    int? MaxDepth,
    int? MaxRounds,
    int Seed,
    GateRules Rules)
{
    /// <summary>How plans and reports are written.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter<GateCriterion>(JsonNamingPolicy.SnakeCaseLower) },
    };

    [JsonIgnore]
    public string Folder => Path.Combine(WorkFolder, Job);

    /// <summary>Where the new version is made.</summary>
    [JsonIgnore]
    public string Output => Path.Combine(Folder, Model, Version);
}
