using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Fraud.Http.ApiDocs;
using Fraud.Model.Registry;

namespace Fraud.Http.Health;

/// <summary>The answer of <c>GET /</c>.</summary>
internal sealed record ServiceIndex : IExample<ServiceIndex>
{
    [Description("Name of the service."), MaxLength(64)]
    public required string Name { get; init; }

    [Description("Its version."), MaxLength(17)]
    public required string Version { get; init; }

    [Description("What it does."), MaxLength(200)]
    public required string Description { get; init; }

    [Description("A page to read and try it."), MaxLength(64)]
    public required string Docs { get; init; }

    [Description("Method and address of each, in order of address."), Length(1, 200), Items(MaxLength = 200)]
    public required IReadOnlyList<string> Endpoints { get; init; }

    public static ServiceIndex Example { get; } = new()
    {
        Name = "fraud-detection-api",
        Version = "1.0.0",
        Description = "Scores card payments for fraud, as they happen.",
        Docs = "/api/docs",
        Endpoints = ["GET /health", "POST /predict"],
    };
}

/// <summary>The answer of <c>GET /health</c>.</summary>
internal sealed record ServiceHealth : IExample<ServiceHealth>
{
    [Description("healthy while payments are scored; else what the graph is doing, such as starting, recovering or draining."), MaxLength(32)]
    public required string Status { get; init; }

    [Description("Name of the service."), MaxLength(64)]
    public required string Service { get; init; }

    [Description("Its version."), MaxLength(17)]
    public required string Version { get; init; }

    [Description("Now, in UTC.")]
    public required DateTime Timestamp { get; init; }

    [Description("Since the process started."), AtLeast(0)]
    public required double UptimeSeconds { get; init; }

    [Description("The model that payments are scored with."), Length(1, ModelManifest.MaxNameLength)]
    public required string Model { get; init; }

    [Description("Its version."), Length(1, ModelManifest.MaxNameLength)]
    public required string ModelVersion { get; init; }

    [Description("The model that feature lists are scored with, where there is one."), Length(1, ModelManifest.MaxNameLength)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FeatureModel { get; init; }

    [Description("Its version."), Length(1, ModelManifest.MaxNameLength)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FeatureModelVersion { get; init; }

    public static ServiceHealth Example { get; } = new()
    {
        Status = "healthy",
        Service = "fraud-detection-api",
        Version = "1.0.0",
        Timestamp = new DateTime(2026, 11, 21, 10, 0, 0, DateTimeKind.Utc),
        UptimeSeconds = 3600.5,
        Model = "payments",
        ModelVersion = "1",
        FeatureModel = "creditcard",
        FeatureModelVersion = "1",
    };
}

/// <summary>The answer of <c>GET /health/live</c>.</summary>
internal sealed record Liveness : IExample<Liveness>
{
    [Description("Whether the process answers."), AllowedValues("live", "failed")]
    public required string Status { get; init; }

    public static Liveness Example { get; } = new() { Status = "live" };
}

/// <summary>The answer of <c>GET /health/ready</c>.</summary>
internal sealed record Readiness : IExample<Readiness>
{
    [Description("Whether payments can be scored here."), AllowedValues("ready", "not ready")]
    public required string Status { get; init; }

    [Description("What this depends on, by name, and whether it works."), Items(Values = ["ok", "failed"])]
    public required IReadOnlyDictionary<string, string> Checks { get; init; }

    [Description("What each says of itself."), Items(MaxLength = HealthAnswers.MaxDetailLength)]
    public required IReadOnlyDictionary<string, string> Details { get; init; }

    public static Readiness Example { get; } = new()
    {
        Status = "ready",
        Checks = new Dictionary<string, string> { ["graph"] = "ok", ["store"] = "ok" },
        Details = new Dictionary<string, string> { ["graph"] = "running", ["store"] = "answers" },
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ServiceIndex))]
[JsonSerializable(typeof(ServiceHealth))]
[JsonSerializable(typeof(Liveness))]
[JsonSerializable(typeof(Readiness))]
internal sealed partial class HealthJson : JsonSerializerContext;
