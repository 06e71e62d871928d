using System.Text.Json.Serialization;

namespace Fraud.Client;

/// <summary>What there is to call.</summary>
public sealed record ServiceIndex
{
    /// <summary>Name of the service.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its version.</summary>
    public string Version { get; init; } = "";

    /// <summary>What it does.</summary>
    public string Description { get; init; } = "";

    /// <summary>A page to read and try it.</summary>
    public string Docs { get; init; } = "";

    /// <summary>Method and address of each, in order of address.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];
}

/// <summary>How the service is.</summary>
public sealed record Health
{
    /// <summary>"healthy", or what it is busy with: starting, recovering, draining.</summary>
    public required string Status { get; init; }

    /// <summary>Name of the service.</summary>
    public string Service { get; init; } = "";

    /// <summary>Its version.</summary>
    public string Version { get; init; } = "";

    /// <summary>When it said so.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>How long it has been running.</summary>
    public double UptimeSeconds { get; init; }

    /// <summary>Name of the model in service.</summary>
    public string Model { get; init; } = "";

    /// <summary>Its version.</summary>
    public string ModelVersion { get; init; } = "";

    /// <summary>The model that feature lists are scored with, where there is one.</summary>
    public string? FeatureModel { get; init; }

    /// <summary>Its version.</summary>
    public string? FeatureModelVersion { get; init; }
}

/// <summary>That the process answers.</summary>
public sealed record Liveness
{
    /// <summary>Always "live".</summary>
    public required string Status { get; init; }
}

/// <summary>Whether the service can score now, by dependency.</summary>
public sealed record Readiness
{
    /// <summary>"ready" or "not ready".</summary>
    public required string Status { get; init; }

    /// <summary>Whether all checks passed.</summary>
    [JsonIgnore]
    public bool IsReady => Status == "ready";

    /// <summary>Each dependency by name: "ok" or "failed".</summary>
    public IReadOnlyDictionary<string, string> Checks { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What each says of itself.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
