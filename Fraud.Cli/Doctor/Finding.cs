using System.Text.Json.Serialization;

namespace Fraud.Cli.Doctor;

/// <summary>What one look found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Detail">What is the case. Never a secret.</param>
/// <param name="Remedy">What to do about it; null when all is well.</param>
internal sealed record Finding(string Check, FindingStatus Status, string Detail, string? Remedy = null)
{
    public static Finding Ok(string check, string detail) => new(check, FindingStatus.Ok, detail);

    /// <summary>The service runs with it, and yet somebody should know.</summary>
    public static Finding Warning(string check, string detail, string remedy) => new(check, FindingStatus.Warning, detail, remedy);

    public static Finding Fail(string check, string detail, string remedy) => new(check, FindingStatus.Fail, detail, remedy);
}

[JsonConverter(typeof(JsonStringEnumConverter<FindingStatus>))]
internal enum FindingStatus
{
    [JsonStringEnumMemberName("ok")]
    Ok,

    [JsonStringEnumMemberName("warning")]
    Warning,

    [JsonStringEnumMemberName("fail")]
    Fail,
}
