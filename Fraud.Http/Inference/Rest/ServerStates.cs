using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Model.Registry;

namespace Fraud.Http.Inference.Rest;

internal sealed record ServerLive : IExample<ServerLive>
{
    [Description("Whether the server answers.")]
    public required bool Live { get; init; }

    public static ServerLive Example { get; } = new() { Live = true };
}

internal sealed record ServerReady : IExample<ServerReady>
{
    [Description("Whether the server answers.")]
    public required bool Live { get; init; }

    [Description("Whether models can be asked.")]
    public required bool Ready { get; init; }

    public static ServerReady Example { get; } = new() { Live = true, Ready = true };
}

internal sealed record ModelReady : IExample<ModelReady>
{
    [Description("Name of the model."), Length(1, ModelManifest.MaxNameLength)]
    public required string Name { get; init; }

    [Description("Whether it can be asked.")]
    public required bool Ready { get; init; }

    public static ModelReady Example { get; } = new() { Name = "payments", Ready = true };
}

/// <summary>Which of the repository's versions to list.</summary>
internal sealed record RepositoryIndexRequest : IExample<RepositoryIndexRequest>
{
    [Description("True: only those that can be asked."), Expected("true or false")]
    public bool? Ready { get; init; }

    public static RepositoryIndexRequest Example { get; } = new() { Ready = true };
}

/// <summary>A version in the repository.</summary>
internal sealed record RepositoryModel : IExample<RepositoryModel>
{
    // Where a manifest cannot be read, names are those of its folders.
    private const int MaxName = 255;

    [Description("Name of the model."), MaxLength(MaxName)]
    public required string Name { get; init; }

    [Description("Its version."), MaxLength(MaxName)]
    public required string Version { get; init; }

    [Description("Whether it can be asked."), AllowedValues("READY", "UNAVAILABLE")]
    public required string State { get; init; }

    [Description("Why it cannot be asked; empty when it can."), MaxLength(100)]
    public required string Reason { get; init; }

    public static RepositoryModel Of(RepositoryEntry entry) =>
        new() { Name = entry.Name, Version = entry.Version, State = entry.State, Reason = entry.Reason };

    public static RepositoryModel Example { get; } = new() { Name = "payments", Version = "1", State = "READY", Reason = "" };
}

/// <summary>What to load or unload.</summary>
internal sealed record RepositoryChange : IExample<RepositoryChange>
{
    [Description("What of the model; left out: see above."), Expected("an object"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RepositoryParameters? Parameters { get; init; }

    public static RepositoryChange Example { get; } = new() { Parameters = RepositoryParameters.Example };
}

internal sealed record RepositoryParameters : IExample<RepositoryParameters>
{
    [Description("The version."), MaxLength(RepositoryEndpoints.MaxBodyBytes), Expected("a string"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Version { get; init; }

    /// <summary>What clients send besides.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    public static RepositoryParameters Example { get; } = new() { Version = "1" };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(InferenceRequest))]
[JsonSerializable(typeof(InferenceResponse))]
[JsonSerializable(typeof(ServerMetadata))]
[JsonSerializable(typeof(ModelMetadata))]
[JsonSerializable(typeof(InferenceStatistics))]
[JsonSerializable(typeof(ServerLive))]
[JsonSerializable(typeof(ServerReady))]
[JsonSerializable(typeof(ModelReady))]
[JsonSerializable(typeof(RepositoryIndexRequest))]
[JsonSerializable(typeof(IReadOnlyList<RepositoryModel>))]
[JsonSerializable(typeof(RepositoryChange))]
internal sealed partial class InferenceJson : JsonSerializerContext;
