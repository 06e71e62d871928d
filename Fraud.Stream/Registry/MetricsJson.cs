using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fraud.Stream.Registry;

/// <summary>A version's metrics as its row has them.</summary>
internal static class MetricsJson
{
    // A metric without both classes is NaN.
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static string Write(IReadOnlyDictionary<string, double> metrics) => JsonSerializer.Serialize(metrics, Options);

    public static IReadOnlyDictionary<string, double> Read(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, double>>(json, Options) ?? [];
}
