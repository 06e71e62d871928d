using System.Globalization;
using System.Text.Json;
using Fraud.Stream.Registry;

namespace Fraud.Http.Registry;

/// <summary>Models and versions in MLflow's fields.</summary>
internal static class MlflowView
{
    /// <summary>Stages in the order in which MLflow lists the latest versions.</summary>
    private static readonly ModelStage[] Stages = [ModelStage.None, ModelStage.Staging, ModelStage.Production, ModelStage.Archived];

    /// <param name="name">As the caller calls the model.</param>
    public static void Version(Utf8JsonWriter json, RegisteredVersion version, string name)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("version", version.Version);
        json.WriteNumber("creation_timestamp", version.CreatedAt.ToUnixTimeMilliseconds());
        json.WriteNumber("last_updated_timestamp", version.StageChangedAt.ToUnixTimeMilliseconds());
        json.WriteString("user_id", version.Origin.Source);
        json.WriteString("current_stage", version.Stage.ToString());
        json.WriteString("description", "");
        json.WriteString("source", ArtifactUri(version));
        // There are no runs.
        json.WriteString("run_id", "");
        json.WriteString("run_link", "");
        json.WriteString("status", "READY");
        json.WriteStartArray("tags");
        Tag(json, "sha256", version.Sha256);
        Tag(json, "parent", version.Origin.Parent);
        Tag(json, "code_version", version.Origin.CodeVersion);
        foreach (var (metric, value) in version.Metrics)
        {
            Tag(json, $"metric.{metric}", value.ToString(CultureInfo.InvariantCulture));
        }

        json.WriteEndArray();
        json.WriteStartArray("aliases");
        foreach (var alias in version.Aliases)
        {
            json.WriteStringValue(alias);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Model(Utf8JsonWriter json, StoredModel model, IReadOnlyList<RegisteredVersion> versions, string name)
    {
        var changed = versions.Select(static version => version.StageChangedAt.ToUnixTimeMilliseconds()).DefaultIfEmpty(model.CreatedAtMs).Max();
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteNumber("creation_timestamp", model.CreatedAtMs);
        json.WriteNumber("last_updated_timestamp", changed);
        json.WriteString("description", model.Description);
        json.WriteStartArray("latest_versions");
        foreach (var version in Latest(versions, Stages))
        {
            Version(json, version, name);
        }

        json.WriteEndArray();
        json.WriteStartArray("tags");
        json.WriteEndArray();
        json.WriteStartArray("aliases");
        foreach (var (alias, version) in versions.SelectMany(static version => version.Aliases.Select(alias => (alias, version.Version))))
        {
            json.WriteStartObject();
            json.WriteString("alias", alias);
            json.WriteString("version", version);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The newest version in each stage.</summary>
    /// <param name="versions">Of one model, newest first.</param>
    public static IEnumerable<RegisteredVersion> Latest(IReadOnlyList<RegisteredVersion> versions, IEnumerable<ModelStage> stages) =>
        stages.Select(stage => versions.FirstOrDefault(version => version.Stage == stage)).OfType<RegisteredVersion>();

    public static string ArtifactUri(RegisteredVersion version) => $"mlflow-artifacts:/models/{version.Model}/{version.Version}";

    /// <exception cref="MlflowRefusedException">It is no stage.</exception>
    public static ModelStage Stage(string field, string text)
    {
        // Not what Enum.Parse takes: numbers, and several joined by commas.
        var found = Array.FindIndex(Stages, stage => string.Equals(stage.ToString(), text, StringComparison.OrdinalIgnoreCase));
        return found >= 0 ? Stages[found] : throw new MlflowRefusedException(MlflowProblems.Wrong(field, "None, Staging, Production or Archived"));
    }

    private static void Tag(Utf8JsonWriter json, string key, string? value)
    {
        if (value is not null)
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WriteString("value", value);
            json.WriteEndObject();
        }
    }
}
