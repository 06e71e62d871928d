using System.ComponentModel.DataAnnotations;

namespace Fraud.Stream.Registry;

/// <summary>The model registry. Config section "Registry".</summary>
public sealed class RegistryOptions
{
    public const string Section = "Registry";

    /// <summary>Most characters of <see cref="NameAliases"/>, and so of each.</summary>
    public const int MaxAliasNames = 1_000;

    /// <summary>Where versions in Production are kept after they were read from the store; empty: "models" beside Storage:SqliteFile.</summary>
    public string CacheFolder { get; set; } = "";

    /// <summary>Versions kept there for each model.</summary>
    // The present one, and those that a rollback may ask for.
    [Range(1, 100)]
    public int KeepCached { get; set; } = 4;

    /// <summary>Names, with commas, by which clients of MLflow may ask for the model in service.</summary>
    [MaxLength(MaxAliasNames)]
    public string NameAliases { get; set; } = "fraud-detection-model";

    /// <summary>Where versions must lie to be registered over HTTP; empty: in the folder that Scoring:Model is in.</summary>
    public string ImportFolder { get; set; } = "";
}
